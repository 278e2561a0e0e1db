using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Aurum.Domain;
using Aurum.Providers.Settings;
using Polly;
using Polly.Timeout;

namespace Aurum.Providers.Http;

/// <summary>
/// Sends one request of a fetch and says what came of it. One attempt, one answer: permits, retries and waiting belong to the
/// caller, who holds a permit for each call. Never throws but for cancellation; no text it returns holds the key.
/// </summary>
public sealed class ProviderClient(HttpClient http, IProvider provider, ProviderAccess access, HttpSettings settings, IMalformedPages malformed, TimeProvider time)
{
    /// <summary>A larger body is refused: no page of the four APIs comes near it.</summary>
    private const int LargestBodyBytes = 256 * 1024 * 1024;

    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddTimeout(new TimeoutStrategyOptions { Timeout = settings.Timeout })
        .Build();

    /// <summary>The one way an HttpClient for providers is made: no redirects, no cookies, no cache, no retries of its own.</summary>
    /// <param name="clocks">Told of the clocks that answers show; null when nobody asks for them.</param>
    public static HttpClient CreateHttpClient(ProviderClocks? clocks = null) => new(Watched(clocks, new DepartureHandler(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(15),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
        PlaintextStreamFilter = DepartureHandler.GuardAsync,
    })))
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders =
        {
            UserAgent = { new ProductInfoHeaderValue("aurum", "1.0") },
            Accept = { new MediaTypeWithQualityHeaderValue("application/json") },
        },
    };

    /// <param name="leaveBy">When the permit expires: what has not left by then stays here, and the answer is <see cref="NotSent"/>.</param>
    public async Task<FetchResult> SendAsync(Fetch fetch, string? cursor, DateTimeOffset leaveBy, CancellationToken cancellationToken)
    {
        var result = await AttemptAsync(fetch, cursor, new Departure(leaveBy, time), cancellationToken);
        return result is FetchFailed { Failure: var failure }
            ? new FetchFailed(failure with { Detail = WithoutKey($"{fetch.Label}: {failure.Detail}") })
            : result;
    }

    private async Task<FetchResult> AttemptAsync(Fetch fetch, string? cursor, Departure departure, CancellationToken cancellationToken)
    {
        try
        {
            using var body = new PooledBody(LargestBodyBytes);
            var response = await _pipeline.ExecuteAsync(async token => await ReadAsync(fetch, cursor, departure, body, token), cancellationToken);
            var result = provider.Parse(fetch, cursor, response);
            return result is FetchFailed { Failure: { Kind: FailureKind.Malformed } failure } ? new FetchFailed(Kept(failure, fetch, cursor, response)) : result;
        }
        catch (PermitExpiredException)
        {
            return NotSent.Instance;
        }
        catch (TimeoutRejectedException)
        {
            return Transient($"no answer within {settings.Timeout.TotalSeconds:0.###} s");
        }
        catch (BodyTooLargeException)
        {
            return new FetchFailed(new Failure(FailureKind.Malformed, $"the body is larger than {LargestBodyBytes / 1024 / 1024} MiB; expected a page"));
        }
        catch (HttpRequestException exception)
        {
            return Transient(exception.HttpRequestError switch
            {
                HttpRequestError.Unknown => $"the connection failed: {Innermost(exception)}",
                var error => $"the connection failed ({error}): {Innermost(exception)}",
            });
        }
        catch (InvalidDataException exception)
        {
            return Transient($"the body cannot be decompressed: {Innermost(exception)}");
        }
        catch (IOException exception)
        {
            return Transient($"the connection broke in the middle of the body: {Innermost(exception)}");
        }
    }

    private async Task<ProviderResponse> ReadAsync(Fetch fetch, string? cursor, Departure departure, PooledBody body, CancellationToken cancellationToken)
    {
        using var request = provider.Request(fetch, cursor, access);
        departure.Of(request);
        if (departure.IsOver)
        {
            throw new PermitExpiredException();
        }

        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await body.ReadAsync(response.Content, cancellationToken);
        return ProviderResponse.Of((int)response.StatusCode, response, time.GetUtcNow(), body.Bytes);
    }

    private Failure Kept(Failure failure, Fetch fetch, string? cursor, ProviderResponse response)
    {
        using var request = provider.Request(fetch, cursor, access);
        var place = malformed.Keep(provider.Descriptor.Name, WithoutKey(request.RequestUri!.AbsoluteUri), response.Status, WithoutKey(response.Body));
        return place is null ? failure : failure with { Detail = $"{failure.Detail}; the body is kept as {place}" };
    }

    private static HttpMessageHandler Watched(ProviderClocks? clocks, HttpMessageHandler handler) => clocks?.Watching(handler) ?? handler;

    private static FetchFailed Transient(string detail) => new(new Failure(FailureKind.Transient, detail));

    private static string Innermost(Exception exception) => exception.GetBaseException().Message;

    private string WithoutKey(string text) => access.Key is { Length: > 0 } key
        ? text.Replace(key, "***", StringComparison.OrdinalIgnoreCase).Replace(Uri.EscapeDataString(key), "***", StringComparison.OrdinalIgnoreCase)
        : text;

    /// <summary>A body may echo the key that it was asked with.</summary>
    private ReadOnlyMemory<byte> WithoutKey(ReadOnlyMemory<byte> body) =>
        access.Key is { Length: > 0 } key && body.Span.IndexOf(Encoding.UTF8.GetBytes(key)) >= 0
            ? Encoding.UTF8.GetBytes(WithoutKey(Encoding.UTF8.GetString(body.Span)))
            : body;
}
