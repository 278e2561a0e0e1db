using System.Globalization;
using System.Text.Json.Serialization;
using Aurum.Actors.Gate;
using Aurum.Domain;

namespace Aurum.Actors.Collection;

/// <summary>Is about one series, and said to its provider's supervisor, which knows what is configured.</summary>
public interface ISeriesCommand : IWithProvider, IWireMessage
{
    string Code { get; }
}

public enum SeriesOutcome
{
    Done,

    /// <summary>It was so already.</summary>
    Unchanged,

    /// <summary>What would be done is told, and nothing is.</summary>
    Tried,

    Invalid,

    UnknownProvider,

    UnknownSeries,

    /// <summary>The series is being collected now.</summary>
    Busy,
}

/// <summary>What operators say about a series. It survives restarts and moves with the series, until it is taken back.</summary>
public static class SeriesControlProtocol
{
    /// <summary>No run wakes the series; if it is being collected now, that ends by itself.</summary>
    public sealed record PauseSeries(string Provider, string Code, string By, string? Reason) : ISeriesCommand;

    public sealed record ResumeSeries(string Provider, string Code, string By, string? Reason) : ISeriesCommand;

    /// <summary>Moves the checkpoint back, so that what follows is read again; never forwards, since what it would leave out would be lost.</summary>
    /// <param name="To">Null forgets it: the whole history is read again.</param>
    /// <param name="DryRun">Only says what would be done.</param>
    public sealed record ResetSeries(string Provider, string Code, DateTime? To, bool DryRun, string By, string? Reason) : ISeriesCommand;

    /// <summary>Answered with <see cref="SeriesDescription"/>, or with <see cref="SeriesControlled"/> where there is no such series.</summary>
    public sealed record GetSeries(string Provider, string Code) : ISeriesCommand;

    /// <summary>Answered with <see cref="PausedSeries"/>.</summary>
    public sealed record GetPausedSeries(string Provider) : IWithProvider, IWireMessage;

    /// <param name="Detail">What was done, would be done, or is in the way, in words.</param>
    public sealed record SeriesControlled(string Provider, string Code, SeriesOutcome Outcome, string? Detail = null) : IWireMessage;

    /// <param name="ByCode">Who paused each, when and why.</param>
    public sealed record PausedSeries(string Provider, IReadOnlyDictionary<string, OperatorAct> ByCode) : IWireMessage;

    /// <summary>What a collector knows of its series.</summary>
    /// <param name="Checkpoint">Up to there all is safely stored.</param>
    /// <param name="IsHistoryComplete">False while history is still to be read, for the first time or again.</param>
    /// <param name="CoveredAt">When it was last read to its end.</param>
    /// <param name="ServedFrom">From here on a twin's values stand for those of the provider.</param>
    /// <param name="Moved">Who moved the checkpoint back, while what follows it has not been read again.</param>
    public sealed record SeriesDescription(
        string Provider,
        string Code,
        string DatasetKey,
        DateOnly? Start,
        string? Title,
        string? UnitCode,
        string? FrequencyCode,
        DateTime? Checkpoint,
        bool IsHistoryComplete,
        DateTimeOffset? CoveredAt,
        long Observations,
        int ConsecutiveFailures,
        string? LastFailure,
        string? LastRunId,
        DateTimeOffset? LastRunAt,
        bool IsCollecting,
        DateTime? ServedFrom,
        OperatorAct? Moved,
        OperatorAct? Paused) : IWireMessage;

    /// <summary>From the supervisor to the series' collector, which answers the asker.</summary>
    public sealed record DescribeSeries(SeriesDefinition Series, OperatorAct? Paused) : IWithSeries, IWireMessage;

    /// <inheritdoc cref="DescribeSeries"/>
    public sealed record MoveCheckpoint(SeriesDefinition Series, DateTime? To, bool DryRun, OperatorAct Act) : IWithSeries, IWireMessage
    {
        [JsonIgnore]
        public string Until => To is { } to ? to.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) : "its beginning";
    }
}
