using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>An indicator's own facts, and the catalog entries of its economies made from them.</summary>
internal static class WorldBankIndicator
{
    public static FetchResult Parse(WorldBankIndicatorFetch fetch, JsonElement body)
    {
        var envelope = WorldBankEnvelope.Read(body);
        if (envelope.IsEmpty)
        {
            return new FetchFailed(new Failure(FailureKind.Rejected, $"the indicator {fetch.Indicator} is unknown; expected an indicator id such as NY.GDP.MKTP.CD"));
        }

        // an id that two databases share comes twice, and nothing tells which of them observations come from
        var row = envelope.Rows[0];
        var id = row.RequiredString("id", "$[1][0]");
        if (!id.Equals(fetch.Indicator, StringComparison.OrdinalIgnoreCase))
        {
            return new FetchFailed(new Failure(FailureKind.Transient, $"answer is about another question: it has {ProviderJson.Shorten(id)}, asked was {fetch.Indicator}"));
        }

        return Page.OfCatalog([.. fetch.Wants.Select(want => Entry(want.Series, row))]);
    }

    /// <summary>The text of the last pair of brackets: <c>GDP (current US$)</c> is in <c>current US$</c>.</summary>
    private static string? UnitOf(string name)
    {
        var close = name.LastIndexOf(')');
        var depth = 0;
        for (var at = close; at >= 0; at--)
        {
            depth += name[at] switch { ')' => 1, '(' => -1, _ => 0 };
            if (depth == 0)
            {
                return NotBlank(name[(at + 1)..close]);
            }
        }

        return null;
    }

    private static CatalogEntry Entry(SeriesDefinition definition, JsonElement row)
    {
        var series = WorldBankSeries.Of(definition);
        var name = row.RequiredString("name", "$[1][0]").Trim();
        var topics = Topics(row);
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        row.TryGetProperty("source", out var source);
        if (NotBlank(source.OptionalText("value")) is { } sourceName)
        {
            metadata["source"] = sourceName;
        }

        if (topics.Count > 0)
        {
            metadata["topics"] = string.Join("; ", topics);
        }

        return new CatalogEntry(
            definition.Id,
            $"{name}, {series.Country}",
            Description: NotBlank(row.OptionalText("sourceNote")),
            UnitCode: NotBlank(row.OptionalText("unit")) ?? UnitOf(name),
            FrequencyCode: FrequencyCodes.Annual,
            DatasetCode: NotBlank(source.OptionalText("id")),
            GeoId: series.Country,
            Category: topics.FirstOrDefault(),
            SourceUrl: $"https://data.worldbank.org/indicator/{row.RequiredString("id", "$[1][0]")}",
            Metadata: metadata);
    }

    /// <summary>May be absent, empty, or hold an empty object.</summary>
    private static List<string> Topics(JsonElement row) =>
        row.TryGetProperty("topics", out var topics) && topics.ValueKind == JsonValueKind.Array
            ? [.. topics.EnumerateArray().Select(topic => NotBlank(topic.OptionalText("value"))).OfType<string>()]
            : [];

    private static string? NotBlank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
