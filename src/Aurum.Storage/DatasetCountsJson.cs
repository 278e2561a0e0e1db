using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Domain;

namespace Aurum.Storage;

/// <summary>What a step did for each dataset, as a JSON array under the names that the API has.</summary>
internal static class DatasetCountsJson
{
    public static string Write(IReadOnlyList<DatasetCounts> datasets) => JsonSerializer.Serialize([.. datasets], DatasetCountsContext.Default.DatasetCountsArray);

    public static IReadOnlyList<DatasetCounts> Read(string json) => JsonSerializer.Deserialize(json, DatasetCountsContext.Default.DatasetCountsArray)!;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DatasetCounts[]))]
internal sealed partial class DatasetCountsContext : JsonSerializerContext;
