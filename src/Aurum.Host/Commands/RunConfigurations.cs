using System.Text.Json;
using System.Text.Json.Serialization;
using Aurum.Api.Routes;

namespace Aurum.Host.Commands;

/// <summary>What a run is to collect, from the text of <c>-c</c>.</summary>
internal static class RunConfigurations
{
    private const string Example = """{"providers": [{"name": "fred", "datasets": ["DEXUSEU"]}], "from": "2024-01-01", "to": "2025-01-01"}""";

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="CommandException">It is no such JSON; the message says where and shows one that is.</exception>
    public static RunConfiguration Parse(string? json, string? reason)
    {
        try
        {
            var parsed = json is null ? new RunConfiguration() : JsonSerializer.Deserialize<RunConfiguration>(json, Strict) ?? throw new JsonException("it is null");
            return parsed with { Reason = reason ?? parsed.Reason };
        }
        catch (JsonException unusable)
        {
            throw new CommandException(ExitCodes.BadRequest, $"-c: {Place(unusable)}cannot be used; expected JSON with some of providers (each a name and, where not all of it is wanted, datasets), from, to and reason, such as {Example}");
        }
    }

    private static string Place(JsonException unusable) => unusable.Path is { Length: > 1 } path ? $"{path} " : unusable.LineNumber is { } line ? FormattableString.Invariant($"line {line + 1}, character {unusable.BytePositionInLine + 1} ") : "";
}
