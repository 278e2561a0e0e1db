using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurum.Storage;

/// <summary>Metadata as a JSON object of strings; none and empty are both NULL.</summary>
internal static class MetadataJson
{
    // People read this column: °C stays °C. The text goes into no HTML.
    private static readonly MetadataContext Readable = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public static string? Write(IReadOnlyDictionary<string, string>? metadata) => metadata is null or { Count: 0 }
        ? null
        : JsonSerializer.Serialize(metadata, Readable.IReadOnlyDictionaryStringString);

    public static IReadOnlyDictionary<string, string>? Read(string? json) => json is null
        ? null
        : JsonSerializer.Deserialize(json, Readable.DictionaryStringString);
}

[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class MetadataContext : JsonSerializerContext;
