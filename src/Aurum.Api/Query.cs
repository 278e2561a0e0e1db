using System.Buffers.Text;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Aurum.Api;

/// <summary>How the text of a query parameter becomes a value; what cannot is told with what would have been valid.</summary>
internal static class Query
{
    private const int LongestCursor = 2_048;

    /// <summary>Whoever sends it may have made it up.</summary>
    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    private static readonly string[] Moments = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A misspelt parameter would be a question that nobody asked.</summary>
    public static TBuilder RefusesUnknownParameters<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder => routes.AddEndpointFilterFactory((factory, next) =>
        {
            var known = factory.MethodInfo.GetParameters()
                .Select(parameter => parameter.GetCustomAttribute<FromQueryAttribute>() is { } query ? query.Name ?? parameter.Name! : null)
                .OfType<string>()
                .Order(StringComparer.Ordinal)
                .ToArray();
            return async context =>
            {
                if (context.HttpContext.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name, StringComparer.Ordinal)) is { } stranger)
                {
                    throw Bad($"there is no parameter \"{stranger}\" here; expected {(known.Length == 0 ? "none" : $"some of {string.Join(", ", known)}")}");
                }

                return await next(context);
            };
        });

    public static int Limit(string? text, int otherwise, int atMost) =>
        text is null ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= atMost ? limit
        : throw Bad("limit", text, $"a whole number from 1 to {atMost}");

    /// <summary>A day at its 00:00 UTC, or a moment; a moment without an offset is UTC.</summary>
    public static DateTime? Moment(string name, string? text) =>
        text is null ? null
        : DateTime.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment
        : throw Bad(name, text, "a date as YYYY-MM-DD or a time as YYYY-MM-DDTHH:MM:SSZ");

    public static DateOnly? Day(string name, string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day
        : throw Bad(name, text, "a date as YYYY-MM-DD");

    /// <summary>Where a page ended, as text that means nothing to who gets it.</summary>
    public static string CursorOf<T>(T place) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(place));

    public static T? Cursor<T>(string? text)
        where T : class
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            return text.Length <= LongestCursor ? JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(text), Strict) ?? throw BadCursor() : throw BadCursor();
        }
        catch (Exception exception) when (exception is FormatException or JsonException or DecoderFallbackException or InvalidOperationException)
        {
            throw BadCursor();
        }
    }

    public static ProblemException Bad(string name, string text, string expected) => Bad($"{name}: \"{text}\" cannot be used; expected {expected}");

    public static ProblemException Bad(string message) => new(StatusCodes.Status400BadRequest, ProblemCodes.BadRequest, message);

    private static ProblemException BadCursor() => Bad("cursor: cannot be used; expected the next_cursor of an earlier answer");
}

/// <summary>A page of a list.</summary>
/// <param name="NextCursor">The parameter <c>cursor</c> of the next page; null after the last one.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, string? NextCursor)
{
    /// <param name="found">One more than the limit, where there is more.</param>
    internal static ListPage<T> Of<TFound, TPlace>(IReadOnlyList<TFound> found, int limit, Func<TFound, TPlace> placeOf, Func<TFound, T> item) => new(
        [.. found.Take(limit).Select(item)],
        found.Count > limit ? Query.CursorOf(placeOf(found[limit - 1])) : null);
}
