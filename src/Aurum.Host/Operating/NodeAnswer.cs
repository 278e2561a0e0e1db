using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Aurum.Host.Operating;

/// <summary>What a node answered.</summary>
/// <param name="From">Which node that was, for people.</param>
internal sealed record NodeAnswer(string From, JsonElement Body)
{
    /// <summary>A newer node may say more than this program knows, and an older one less.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>What there is to say beside a list, such as why it is empty; null for nothing.</summary>
    public string? Remark => Body.TryGetProperty("remark", out var remark) && remark.ValueKind == JsonValueKind.String ? remark.GetString() : null;

    /// <exception cref="NodeRefusedException">It is something else than this program knows.</exception>
    public T Read<T>()
    {
        try
        {
            return Body.Deserialize<T>(Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException strange)
        {
            throw new NodeRefusedException(ExitCodes.SomeFailed, null, $"{From} answered what this version of the program does not understand: {strange.Message}");
        }
    }

    /// <summary>The items of a list.</summary>
    public IReadOnlyList<T> Items<T>() => Read<ItemList<T>>().Items ?? [];

    /// <summary>One of its lists as an answer of its own.</summary>
    public NodeAnswer Only(string list) => this with
    {
        Body = JsonSerializer.SerializeToElement(new { items = Body.TryGetProperty(list, out var items) ? items : JsonSerializer.SerializeToElement(Array.Empty<int>(), Json) }, Json),
    };

    private sealed record ItemList<T>(IReadOnlyList<T>? Items);
}
