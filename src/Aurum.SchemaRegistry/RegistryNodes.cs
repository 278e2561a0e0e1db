using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Aurum.SchemaRegistry;

/// <summary>
/// Sends one request to whichever node answers. Nodes that cannot be reached or fail themselves (5xx) are passed over, the last one that
/// answered comes first; when none did, all are tried again after a back-off with jitter, a bounded number of times.
/// </summary>
internal sealed class RegistryNodes(HttpClient http, SchemaRegistryOptions options, TimeProvider time)
{
    private const string MediaType = "application/vnd.schemaregistry.v1+json";
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(200);

    private int _preferred;

    /// <exception cref="SchemaRegistryException">No node answered.</exception>
    public async Task<RegistryAnswer> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        var failures = new List<string>();
        for (var round = 1; ; round++)
        {
            failures.Clear();
            var first = Volatile.Read(ref _preferred);
            for (var i = 0; i < options.Addresses.Count; i++)
            {
                var node = (first + i) % options.Addresses.Count;
                var answer = await TryAsync(options.Addresses[node], method, path, body, failures, cancellationToken);
                if (answer is not null)
                {
                    Volatile.Write(ref _preferred, node);
                    return answer;
                }
            }

            if (round == options.Rounds)
            {
                throw new SchemaRegistryException(
                    SchemaRegistryFailure.Unreachable,
                    Hidden($"{method} {path}: no schema registry answered, tried {(round == 1 ? "once" : $"{round} times")}: {string.Join("; ", failures)}"));
            }

            await Task.Delay(BackOff(round), time, cancellationToken);
        }
    }

    /// <summary>The text without the credentials that were sent.</summary>
    public string Hidden(string text) => options.Credentials?.HideIn(text) ?? text;

    private async Task<RegistryAnswer?> TryAsync(Uri address, HttpMethod method, string path, string? body, List<string> failures, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var request = Request(address, method, path, body);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, stop.Token);
            var text = await response.Content.ReadAsStringAsync(stop.Token);
            if (response.StatusCode < HttpStatusCode.InternalServerError)
            {
                return new RegistryAnswer(address, (int)response.StatusCode, text);
            }

            failures.Add($"{address.Authority}: HTTP {(int)response.StatusCode}: {RegistryAnswer.ErrorOf(text).Message}");
        }
        catch (HttpRequestException exception)
        {
            failures.Add($"{address.Authority}: {exception.GetBaseException().Message}");
        }
        catch (IOException exception)
        {
            failures.Add($"{address.Authority}: {exception.GetBaseException().Message}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            failures.Add($"{address.Authority}: no answer within {options.Timeout.TotalSeconds:0.###} s");
        }

        return null;
    }

    private HttpRequestMessage Request(Uri address, HttpMethod method, string path, string? body)
    {
        var request = new HttpRequestMessage(method, new Uri(address.AbsoluteUri.TrimEnd('/') + path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaType));
        request.Headers.Authorization = options.Credentials?.Header;
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue(MediaType) } };
        }

        return request;
    }

    /// <summary>Twice as long each round, and a random part of it, so that nodes of a cluster do not come back at once.</summary>
    private static TimeSpan BackOff(int round) => FirstBackOff * Math.Pow(2, round - 1) * (0.5 + Random.Shared.NextDouble());
}
