using System.Text.Json;
using Aurum.Providers.Http;

namespace Aurum.Providers.Eia;

/// <summary>What the columns of rows are, where the question does not tell.</summary>
internal static class EiaColumns
{
    private const string UnitsSuffix = "-units";

    private static readonly string[] DescriptionEndings = ["description", "name"];

    private static readonly string[] NeverDimensions = ["period", "units", "dataFlagId"];

    /// <summary>The columns of a row that are neither values nor their units nor words about others, in the order of the row.</summary>
    /// <param name="values">The value columns.</param>
    public static IReadOnlyList<string> Dimensions(JsonElement row, IReadOnlyList<string> values)
    {
        if (row.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedBodyException("$.response.data[0]", "an object");
        }

        var isUnitAFacet = row.TryGetProperty("unitName", out _);
        return
        [
            .. row.EnumerateObject().Select(column => column.Name).Distinct().Where(name =>
                !values.Contains(name)
                && !NeverDimensions.Contains(name)
                && (name != "unit" || isUnitAFacet)
                && !IsDescription(name)
                && !name.EndsWith(UnitsSuffix, StringComparison.Ordinal)),
        ];
    }

    /// <summary>The value column of the bridge, which does not say, and not all of whose answers call it <c>value</c>: <c>value</c>, else the only one with units of its own, else the only number that is no dimension.</summary>
    public static string Find(JsonElement rows)
    {
        foreach (var row in rows.EnumerateArray())
        {
            if (row.ValueKind != JsonValueKind.Object)
            {
                throw new MalformedBodyException("$.response.data", "an array of objects");
            }

            if (row.TryGetProperty("value", out _))
            {
                return "value";
            }

            var names = row.EnumerateObject().Select(column => column.Name).ToList();
            if (names.Where(name => names.Contains(name + UnitsSuffix)).ToList() is [var withUnits])
            {
                return withUnits;
            }

            if (row.EnumerateObject().Where(column => column.Value.ValueKind == JsonValueKind.Number && !IsDimension(column.Name)).ToList() is [var number])
            {
                return number.Name;
            }
        }

        return rows.GetArrayLength() == 0
            ? "value"
            : throw new MalformedBodyException("$.response.data[0]", "a column named value, or exactly one other with numbers");
    }

    /// <summary>What a row says about its series in words, in the order of its columns.</summary>
    public static string? Describe(JsonElement row)
    {
        if ((row.OptionalText("series-description") ?? row.OptionalText("seriesDescription")) is { Length: > 0 } whole)
        {
            return whole;
        }

        var words = row.EnumerateObject()
            .Where(column => IsDescription(column.Name) && column.Name != "dataFlagDescription")
            .Select(column => row.OptionalText(column.Name))
            .OfType<string>()
            .Where(text => text.Length > 0)
            .ToList();
        return words.Count == 0 ? null : string.Join(", ", words);
    }

    private static bool IsDescription(string name) => DescriptionEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));

    private static bool IsDimension(string name) =>
        name == "period" || name.EndsWith("id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("code", StringComparison.OrdinalIgnoreCase);
}
