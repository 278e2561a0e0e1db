using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>An indicator's own facts, as a row of a list of indicators tells them, and the catalog entries made from them.</summary>
internal sealed record WorldBankIndicator(string Id, string Name, string? Unit, string? Note, string? SourceId, string? SourceName, IReadOnlyList<string> Topics)
{
    /// <summary>In upper case, as in series codes.</summary>
    public string Code => Id.ToUpperInvariant();

    public static WorldBankIndicator Read(JsonElement row, string path)
    {
        var id = row.RequiredString("id", path).Trim();
        var name = row.Required("name", path) is { ValueKind: JsonValueKind.Null } ? id : row.RequiredString("name", path).NotBlank() ?? id;
        var source = row.TryGetProperty("source", out var found) ? found : default;
        return new WorldBankIndicator(
            id,
            name,
            row.OptionalText("unit").NotBlank() ?? WorldBankUnit.In(name),
            row.OptionalText("sourceNote").NotBlank(),
            source.OptionalText("id").NotBlank(),
            source.OptionalText("value").NotBlank(),
            TopicsOf(row));
    }

    public static FetchResult Parse(WorldBankIndicatorFetch fetch, JsonElement body)
    {
        var envelope = WorldBankEnvelope.Read(body);
        if (envelope.Against(WorldBankCursor.First, WorldBankIndicatorFetch.PageLength) is { } failure)
        {
            return new FetchFailed(failure);
        }

        if (envelope.IsEmpty)
        {
            return new FetchFailed(new Failure(FailureKind.Rejected, $"the indicator {fetch.Indicator} is unknown; expected an indicator id such as NY.GDP.MKTP.CD"));
        }

        // an id that two databases share comes twice; unless one is named, nothing tells which of them observations come from
        var rows = envelope.Rows.EnumerateArray().Select((row, index) => Read(row, $"$[1][{index}]")).ToList();
        if (rows.Find(row => row.Code != fetch.Indicator) is { } other)
        {
            return new FetchFailed(new Failure(FailureKind.Transient, $"answer is about another question: it has {ProviderJson.Shorten(other.Id)}, asked was {fetch.Indicator}"));
        }

        var meant = rows.Find(row => fetch.Source is { } source && row.IsOf(source)) ?? rows[0];
        return Page.OfCatalog([.. fetch.Wants.Select(want => meant.EntryOf(want.Series))]) with { Count = envelope.Total };
    }

    public bool IsOf(int source) => SourceId == source.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public CatalogEntry EntryOf(SeriesDefinition definition)
    {
        var series = WorldBankSeries.Of(definition);
        return Entry(definition.Id, $"{Name}, {series.Country}") with
        {
            FrequencyCode = series.FrequencyCode,
            GeoId = series.Country,
            Metadata = Metadata(series.Economy),
        };
    }

    /// <summary>The indicator alone, of no economy.</summary>
    public CatalogEntry Entry() => Entry(new SeriesId(WorldBankProvider.Name, Code), Name) with { Metadata = Metadata(null) };

    private CatalogEntry Entry(SeriesId series, string title) => new(
        series,
        title,
        Description: Note,
        UnitCode: Unit,
        DatasetCode: SourceId,
        Category: Topics.FirstOrDefault(),
        SourceUrl: $"https://data.worldbank.org/indicator/{Id}");

    private Dictionary<string, string> Metadata(WorldBankEconomy? economy)
    {
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("source", SourceName);
        Add("topics", Topics.Count > 0 ? string.Join("; ", Topics) : null);
        if (economy?.Region is { } region)
        {
            Add("kind", economy.IsAggregate ? "aggregate" : "country");
            Add("region", economy.IsAggregate ? null : region);
            Add("income_level", economy.IsAggregate ? null : economy.IncomeLevel);
        }

        return metadata;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                metadata[key] = value;
            }
        }
    }

    /// <summary>May be absent, empty, or hold an empty object.</summary>
    private static List<string> TopicsOf(JsonElement row) =>
        row.TryGetProperty("topics", out var topics) && topics.ValueKind == JsonValueKind.Array
            ? [.. topics.EnumerateArray().Select(topic => topic.OptionalText("value").NotBlank()).OfType<string>()]
            : [];
}
