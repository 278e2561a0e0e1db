using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Aurum.Api;
using Aurum.Host.Configuration;

namespace Aurum.Host.Operating;

/// <summary>Asks a running node over its HTTP API. What goes wrong becomes a <see cref="Commands.CommandException"/> that people can read.</summary>
internal sealed class NodeClient : IDisposable
{
    /// <summary>Items of a page: as many as a node gives at once.</summary>
    private const int PageItems = 1_000;

    private const int LargestAnswerBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(5);

    /// <summary>A little longer than a node takes at most, so that it is the node that says what took so long.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(35);

    private readonly HttpClient _http;

    public NodeClient(NodeAddress address)
    {
        Address = address;

        // A redirection would take the token to who knows where.
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = LongestConnect })
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswerBytes,
        };
        if (address.Token is { } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public NodeAddress Address { get; }

    public Task<NodeAnswer> GetAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Get, path, null, stop);

    public Task<NodeAnswer> PostAsync(string path, object body, CancellationToken stop) => SendAsync(HttpMethod.Post, path, body, stop);

    /// <summary>All pages of a list as one: <c>{"items": […]}</c>.</summary>
    /// <param name="most">Stops after the page that has the last of so many; null for all there are.</param>
    public async Task<NodeAnswer> ListAsync(string path, CancellationToken stop, int? most = null)
    {
        var items = new List<JsonElement>();
        string? cursor = null;
        while (true)
        {
            var limit = Math.Min(PageItems, (most ?? int.MaxValue) - items.Count).ToString(CultureInfo.InvariantCulture);
            var answer = await GetAsync(NodePath.With(path, ("limit", limit), ("cursor", cursor)), stop);
            var page = answer.Read<ListPage<JsonElement>>();
            items.AddRange(page.Items ?? []);
            cursor = page.NextCursor;
            if (cursor is null || items.Count >= most)
            {
                return new NodeAnswer(answer.From, JsonSerializer.SerializeToElement(new { items, remark = answer.Remark }, NodeAnswer.Json));
            }
        }
    }

    /// <exception cref="NodeAwayException">Nobody listens there.</exception>
    /// <exception cref="NodeRefusedException">The node says no, or does not say anything that can be read.</exception>
    public async Task<NodeAnswer> SendAsync(HttpMethod method, string path, object? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, Address.Of(path));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, body.GetType(), options: NodeAnswer.Json);
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(LongestAnswer);
        try
        {
            using var response = await _http.SendAsync(request, patience.Token);
            return await ReadAsync(response, patience.Token);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        {
            throw new NodeAwayException(Address, failure.InnerException is SocketException socket ? socket.Message : failure.Message);
        }
        catch (HttpRequestException failure)
        {
            throw new NodeRefusedException(ExitCodes.SomeFailed, null, $"the answer of {Address} broke off: {failure.Message}{Uncertain(method)}");
        }
        catch (OperationCanceledException) when (!patience.IsCancellationRequested)
        {
            throw new NodeAwayException(Address, string.Create(CultureInfo.InvariantCulture, $"it takes no connection within {LongestConnect.TotalSeconds} seconds"));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new NodeRefusedException(ExitCodes.SomeFailed, null, string.Create(CultureInfo.InvariantCulture, $"{Address} did not answer within {LongestAnswer.TotalSeconds} seconds{Uncertain(method)}"));
        }
    }

    /// <summary>The lines of an answer that goes on until one of both ends it; empty ones only say that the node lives.</summary>
    /// <exception cref="NodeAwayException">Nobody listens there.</exception>
    /// <exception cref="NodeRefusedException">The node says no, or the lines break off.</exception>
    public async IAsyncEnumerable<string> LinesAsync(string path, [EnumeratorCancellation] CancellationToken stop)
    {
        using var response = await OpenAsync(path, stop);
        if (!response.IsSuccessStatusCode)
        {
            await ReadAsync(response, stop);
        }

        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(stop));
        while (await NextAsync(reader, stop) is { } line)
        {
            if (line.Length > 0)
            {
                yield return line;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> OpenAsync(string path, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address.Of(path));
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        }
        catch (HttpRequestException failure)
        {
            throw new NodeAwayException(Address, failure.InnerException is SocketException socket ? socket.Message : failure.Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new NodeAwayException(Address, string.Create(CultureInfo.InvariantCulture, $"it takes no connection within {LongestConnect.TotalSeconds} seconds"));
        }
    }

    private async Task<string?> NextAsync(StreamReader reader, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(LongestAnswer);
        try
        {
            return await reader.ReadLineAsync(patience.Token);
        }
        catch (Exception failure) when (failure is IOException or HttpRequestException)
        {
            throw new NodeRefusedException(ExitCodes.SomeFailed, null, $"the answer of {Address} broke off: {failure.GetBaseException().Message}");
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw new NodeRefusedException(ExitCodes.SomeFailed, null, string.Create(CultureInfo.InvariantCulture, $"{Address} was not heard of for {LongestAnswer.TotalSeconds} seconds"));
        }
    }

    private async Task<NodeAnswer> ReadAsync(HttpResponseMessage response, CancellationToken stop)
    {
        var name = response.Headers.TryGetValues(ApiServer.NodeHeader, out var names) ? names.First() : null;
        var from = name is null ? Address.ToString() : $"{name} at {Address}";
        if (Parse(await response.Content.ReadAsByteArrayAsync(stop)) is not { ValueKind: JsonValueKind.Object } body)
        {
            throw name is null
                ? new NodeAwayException(Address, $"what listens there is none, it answered {(int)response.StatusCode} and no JSON")
                : new NodeRefusedException(ExitCodes.SomeFailed, null, $"{from} answered {(int)response.StatusCode} and no JSON");
        }

        if (response.IsSuccessStatusCode)
        {
            return new NodeAnswer(from, body);
        }

        var (code, detail) = (Text(body, "code"), Text(body, "detail"));
        var says = detail ?? $"{(int)response.StatusCode} {response.ReasonPhrase}";
        throw new NodeRefusedException(ExitCodeOf(response.StatusCode), code, response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when Address.Token is null => $"{from} wants a token; {Variables.AdminToken} is where it is taken from",
            HttpStatusCode.Unauthorized => $"{from} does not know the token of {Variables.AdminToken}",
            HttpStatusCode.BadRequest or HttpStatusCode.NotFound => says,
            _ => $"{from} refuses: {says}{(code is null ? "" : $" ({code})")}",
        });
    }

    /// <summary>What is wrong with the question is the asker's to mend; everything else is how things stand.</summary>
    private static int ExitCodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotAcceptable
            or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType => ExitCodes.BadRequest,
        _ => ExitCodes.SomeFailed,
    };

    private static string Uncertain(HttpMethod method) => method == HttpMethod.Get ? "" : "; the change may have been made all the same";

    private static JsonElement? Parse(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
