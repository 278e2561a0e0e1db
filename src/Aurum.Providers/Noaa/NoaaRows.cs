using System.Globalization;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.Noaa;

/// <summary>The observations of one page, by series: those that were wanted, or all where a saved answer is explained.</summary>
internal sealed class NoaaRows(NoaaObservationsFetch fetch, DateOnly receivedOn)
{
    /// <summary>Months and years of the access data service have no day.</summary>
    private static readonly string[] DateForms = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd", "yyyy-MM", "yyyy"];

    private readonly Dictionary<(string Station, string DataType), IReadOnlyList<Target>> _targets = [];

    private readonly NoaaAttributes _attributes = new(fetch.Dataset);

    public IReadOnlyList<ObservationSlice> Slices() =>
        [.. _targets.Values.SelectMany(targets => targets).Where(target => target.Observations.Count > 0).Select(target => target.Slice())];

    public bool Takes(string station, string dataType) => TargetsOf(station, dataType).Count > 0;

    /// <exception cref="MalformedBodyException">Another row says something else of the same date.</exception>
    public void Add(string path, DateTime date, string station, string dataType, NoaaValue value, string? attributes)
    {
        var targets = TargetsOf(station, dataType);
        if (targets.Count == 0)
        {
            return;
        }

        var observation = _attributes.Observation(date, receivedOn, dataType.ToUpperInvariant(), value, attributes);
        foreach (var target in targets.Where(target => target.Window.Contains(date) && !(DateOnly.FromDateTime(date) < target.Start)))
        {
            if (!target.Observations.TryAdd(date, observation) && !target.Observations[date].SaysTheSameAs(observation))
            {
                throw new MalformedBodyException(path, string.Create(CultureInfo.InvariantCulture, $"one value of {target.Series.Code} for {date:yyyy-MM-dd'T'HH:mm}, and an earlier row says another"));
            }
        }
    }

    /// <summary>Dates are the station's own days, without a zone; they are kept as they are, never moved to UTC.</summary>
    public DateTime Timestamp(string text, string path)
    {
        if (!DateTime.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date))
        {
            throw new MalformedBodyException(path, $"a date as yyyy-MM-ddTHH:mm:ss, not \"{ProviderJson.Shorten(text)}\"");
        }

        return NoaaCodes.IsWithinDay(fetch.Dataset) ? date : date.Date;
    }

    private IReadOnlyList<Target> TargetsOf(string station, string dataType)
    {
        var key = (Bare(station), dataType.ToUpperInvariant());
        if (!_targets.TryGetValue(key, out var targets))
        {
            _targets[key] = targets = fetch.TakesAll
                ? [Target.Of(fetch.Dataset, key.Item1, key.Item2, fetch.Units)]
                : [.. fetch.WantsByPlace[key].Select(want => Target.Of(want, fetch.Units))];
        }

        return targets;
    }

    public static string Bare(string station) => NoaaSeries.WithoutNamespace(station).ToUpperInvariant();

    /// <summary>One series that takes observations.</summary>
    private sealed record Target(SeriesId Series, SeriesAttributes Attributes, Window Window, DateOnly? Start)
    {
        public SortedDictionary<DateTime, Observation> Observations { get; } = [];

        public static Target Of(Want want, string? units)
        {
            var series = NoaaSeries.Of(want.Series);
            var attributes = AttributesOf(series.Dataset, series.Station, series.DataType, units);
            return new Target(want.Series.Id, attributes with { UnitCode = attributes.UnitCode ?? want.Known?.UnitCode }, want.Window, want.Series.Start);
        }

        public static Target Of(string dataset, string station, string dataType, string? units) =>
            new(new SeriesId(NoaaProvider.Name, NoaaSeries.Code(dataset, station, dataType)), AttributesOf(dataset, station, dataType, units), Window.Everything, null);

        public ObservationSlice Slice() => new(Series, Attributes, [.. Observations.Values]);

        private static SeriesAttributes AttributesOf(string dataset, string station, string dataType, string? units) =>
            new(NoaaUnits.Of(dataset, dataType, units), NoaaCodes.Frequency(dataset), dataset, NoaaSeries.WithoutNamespace(station));
    }
}
