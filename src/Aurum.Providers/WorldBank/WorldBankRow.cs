using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers.Http;

namespace Aurum.Providers.WorldBank;

/// <summary>One value of an indicator, an economy and a period.</summary>
/// <param name="Indicator">In upper case, as in series codes.</param>
/// <param name="CountryId">Two characters, invented for aggregates.</param>
/// <param name="Iso3">May be empty for aggregates and outside the World Development Indicators.</param>
/// <param name="Name">Names the economy; several may share the codes.</param>
/// <param name="Unit">As the row states it, which is rare.</param>
/// <param name="NamedUnit">As the indicator's name tells it.</param>
internal sealed record WorldBankRow(
    int Index,
    string Indicator,
    string CountryId,
    string Iso3,
    string? Name,
    WorldBankPeriod Period,
    string? Unit,
    string? NamedUnit,
    Observation Observation)
{
    /// <param name="namedUnits">Units by the names they were found in: all rows of a page have one of a few names.</param>
    public static WorldBankRow Read(JsonElement row, int index, DateOnly asOf, Dictionary<string, string?> namedUnits)
    {
        var path = $"$[1][{index}]";
        var indicator = row.Required("indicator", path);
        var country = row.Required("country", path);
        var id = indicator.RequiredString("id", $"{path}.indicator").Trim();
        var period = WorldBankPeriod.Read(DateOf(row, path), $"{path}.date");
        var (value, raw) = Value(row.Required("value", path), $"{path}.value");
        return new WorldBankRow(
            index,
            id.ToUpperInvariant(),
            country.RequiredString("id", $"{path}.country").Trim().ToUpperInvariant(),
            row.OptionalText("countryiso3code")?.Trim().ToUpperInvariant() ?? "",
            country.OptionalText("value").NotBlank(),
            period,
            row.OptionalText("unit").NotBlank(),
            NamedUnitOf(indicator.OptionalText("value") ?? "", namedUnits),
            new Observation(period.Start, asOf, value, raw, Status: row.OptionalText("obs_status").NotBlank()));
    }

    /// <summary>The code by which the economy is known outside the World Bank, where the row has it.</summary>
    public string Code => Iso3.Length > 0 ? Iso3 : CountryId;

    /// <summary>Rows of a series in the order of time.</summary>
    /// <exception cref="MalformedBodyException">Two rows contradict each other, as where several entities share a code.</exception>
    public static IReadOnlyList<Observation> InOrder(IEnumerable<WorldBankRow> rows)
    {
        var byStart = new SortedDictionary<DateTime, WorldBankRow>();
        foreach (var row in rows)
        {
            if (byStart.TryGetValue(row.Period.Start, out var other) && !(other.Name == row.Name && other.Observation.SaysTheSameAs(row.Observation)))
            {
                throw new MalformedBodyException($"$[1][{row.Index}]", $"one value of {row.Indicator} for {row.Code} and its date; row {other.Index} says something else");
            }

            byStart[row.Period.Start] = row;
        }

        return [.. byStart.Values.Select(row => row.Observation)];
    }

    /// <summary>A year may come as a number.</summary>
    private static string DateOf(JsonElement row, string path) =>
        row.Required("date", path) is { ValueKind: JsonValueKind.Number } year ? year.GetRawText() : row.RequiredString("date", path).Trim();

    private static string? NamedUnitOf(string name, Dictionary<string, string?> namedUnits)
    {
        if (!namedUnits.TryGetValue(name, out var unit))
        {
            namedUnits[name] = unit = WorldBankUnit.In(name);
        }

        return unit;
    }

    private static (double? Value, string? Raw) Value(JsonElement value, string path)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.String => value.GetString()!.Trim(),
            _ => throw new MalformedBodyException(path, "a number or null"),
        };
        if (text.Length == 0)
        {
            return (null, null);
        }

        return ValueText.TryParse(text, out var number, out var raw)
            ? (number, raw)
            : throw new MalformedBodyException(path, $"a number or null, not \"{ProviderJson.Shorten(text)}\"");
    }
}
