using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aurum.SchemaRegistry;

/// <summary>
/// Asks a Confluent Schema Registry. Ids and registrations never change and are kept for ever; concurrent callers of the same
/// question share one request. Every method throws <see cref="SchemaRegistryException"/> when the registry refuses or is silent.
/// </summary>
public sealed class SchemaRegistryClient
{
    private const int UnknownSubject = 40401;
    private const int UnknownVersion = 40402;
    private const int UnknownSchema = 40403;
    private const int LargestAnswerBytes = 16 * 1024 * 1024;

    private readonly RegistryNodes _nodes;
    private readonly SharedAnswers<int, string?> _byId = new();
    private readonly SharedAnswers<(string Subject, string Schema), RegisteredSchema?> _bySchema = new();
    private readonly SharedAnswers<(string Subject, string Schema), int?> _registered = new();

    /// <exception cref="ArgumentException">The options have problems; the message holds them all.</exception>
    public SchemaRegistryClient(HttpClient http, SchemaRegistryOptions options, TimeProvider time)
    {
        if (options.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(options));
        }

        _nodes = new RegistryNodes(http, options, time);
    }

    /// <summary>The one way an HttpClient for registries is made: no redirects, which would carry credentials elsewhere, and no retries of its own.</summary>
    public static HttpClient CreateHttpClient() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = LargestAnswerBytes,
        DefaultRequestHeaders = { UserAgent = { new ProductInfoHeaderValue("aurum", "1.0") } },
    };

    /// <summary>Registers a schema and returns its id; the id it has already when the subject has it.</summary>
    public async ValueTask<int> RegisterAsync(string subject, string schema, CancellationToken cancellationToken) =>
        (await _registered.GetAsync((subject, schema), RegisterAsync, cancellationToken))!.Value;

    /// <summary>The schema as the subject has it; null when the subject does not have it or does not exist.</summary>
    public ValueTask<RegisteredSchema?> LookupAsync(string subject, string schema, CancellationToken cancellationToken) =>
        _bySchema.GetAsync((subject, schema), LookupAsync, cancellationToken);

    /// <summary>The text of a schema; null when there is none of that id.</summary>
    public ValueTask<string?> FindByIdAsync(int id, CancellationToken cancellationToken) => _byId.GetAsync(id, FindByIdAsync, cancellationToken);

    /// <summary>The newest schema of a subject; null when it has none. Never kept.</summary>
    public async Task<RegisteredSchema?> LatestAsync(string subject, CancellationToken cancellationToken)
    {
        var path = $"/subjects/{Escaped(subject)}/versions/latest";
        var answer = await _nodes.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return IsUnknown(answer, UnknownSubject, UnknownVersion) ? null : Read(HttpMethod.Get, path, answer, json => Registered(json, subject));
    }

    /// <summary>Whether the subject would take the schema; a subject that does not exist takes any. Never kept.</summary>
    public async Task<CompatibilityVerdict> CheckAsync(string subject, string schema, CancellationToken cancellationToken)
    {
        var path = $"/compatibility/subjects/{Escaped(subject)}/versions/latest?verbose=true";
        var answer = await _nodes.SendAsync(HttpMethod.Post, path, Body(schema), cancellationToken);
        return IsUnknown(answer, UnknownSubject, UnknownVersion)
            ? new CompatibilityVerdict(true, [])
            : Read(HttpMethod.Post, path, answer, json => new CompatibilityVerdict(
                Field<bool>(json, "is_compatible"),
                json["messages"] is JsonArray messages ? [.. messages.Select(message => $"{message}")] : []));
    }

    /// <summary>The rule of compatibility in force for a subject, its own or the registry's: BACKWARD, FULL, NONE and so on. Never kept.</summary>
    public async Task<string> CompatibilityRuleAsync(string subject, CancellationToken cancellationToken)
    {
        var path = $"/config/{Escaped(subject)}?defaultToGlobal=true";
        var answer = await _nodes.SendAsync(HttpMethod.Get, path, null, cancellationToken);
        return Read(HttpMethod.Get, path, answer, json => Field<string>(json, "compatibilityLevel"));
    }

    private async Task<int?> RegisterAsync((string Subject, string Schema) wanted)
    {
        var path = $"/subjects/{Escaped(wanted.Subject)}/versions";
        var answer = await _nodes.SendAsync(HttpMethod.Post, path, Body(wanted.Schema), CancellationToken.None);
        var id = Read(HttpMethod.Post, path, answer, json => Field<int>(json, "id"));
        _byId.Remember(id, wanted.Schema);
        return id;
    }

    private async Task<RegisteredSchema?> LookupAsync((string Subject, string Schema) wanted)
    {
        var path = $"/subjects/{Escaped(wanted.Subject)}";
        var answer = await _nodes.SendAsync(HttpMethod.Post, path, Body(wanted.Schema), CancellationToken.None);
        return IsUnknown(answer, UnknownSubject, UnknownSchema) ? null : Read(HttpMethod.Post, path, answer, json => Registered(json, wanted.Subject));
    }

    private async Task<string?> FindByIdAsync(int id)
    {
        var path = $"/schemas/ids/{id}";
        var answer = await _nodes.SendAsync(HttpMethod.Get, path, null, CancellationToken.None);
        return IsUnknown(answer, UnknownSchema) ? null : Read(HttpMethod.Get, path, answer, json => Field<string>(json, "schema"));
    }

    private static RegisteredSchema Registered(JsonNode json, string subject) => new(
        json["subject"]?.GetValue<string>() ?? subject,
        Field<int>(json, "id"),
        Field<int>(json, "version"),
        Field<string>(json, "schema"));

    private static T Field<T>(JsonNode json, string name) => json[name] is { } field ? field.GetValue<T>() : throw new FormatException($"there is no {name}");

    private static string Body(string schema) => new JsonObject { ["schema"] = schema }.ToJsonString();

    private static string Escaped(string subject) => Uri.EscapeDataString(subject);

    /// <summary>Only the registry's own 404 says that something is not there; any other may come from a proxy or a wrong path.</summary>
    private static bool IsUnknown(RegistryAnswer answer, params ReadOnlySpan<int> codes) =>
        answer.Status == 404 && RegistryAnswer.ErrorOf(answer.Text).Code is { } code && codes.Contains(code);

    private T Read<T>(HttpMethod method, string path, RegistryAnswer answer, Func<JsonNode, T> read)
    {
        var request = $"{method} {path} at {answer.Address.Authority}";
        if (!answer.IsSuccess)
        {
            var (code, message) = RegistryAnswer.ErrorOf(answer.Text);
            throw new SchemaRegistryException(KindOf(answer.Status, code), _nodes.Hidden($"{request}: HTTP {answer.Status}{(code is null ? "" : $", error {code}")}: {message}"), code);
        }

        try
        {
            return read(JsonNode.Parse(answer.Text) ?? throw new FormatException("null"));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new SchemaRegistryException(
                SchemaRegistryFailure.NoRegistry,
                _nodes.Hidden($"{request}: HTTP {answer.Status} with a body that no registry gives: {RegistryAnswer.ErrorOf(answer.Text).Message}"),
                inner: exception);
        }
    }

    private static SchemaRegistryFailure KindOf(int status, int? code) => status switch
    {
        401 or 403 => SchemaRegistryFailure.Unauthorized,
        409 => SchemaRegistryFailure.Incompatible,
        422 => SchemaRegistryFailure.InvalidSchema,
        404 when code is not null => SchemaRegistryFailure.Unknown,
        404 or (>= 300 and < 400) => SchemaRegistryFailure.NoRegistry,
        _ => SchemaRegistryFailure.Refused,
    };
}
