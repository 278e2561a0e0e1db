using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aurum.Testing.SchemaRegistry;

/// <param name="Port">0 takes any that is free.</param>
/// <param name="User">With a password: every request must carry both.</param>
/// <param name="Token">Every request must carry it as a bearer.</param>
public sealed record SchemaRegistryServerOptions(int Port = 0, string? User = null, string? Password = null, string? Token = null);

/// <summary>
/// A schema registry over HTTP on loopback, with the subjects, ids, versions and rules of Confluent's, its error codes and its check
/// of compatibility. Holds everything in memory; fails on demand.
/// </summary>
public sealed class SchemaRegistryServer : IAsyncDisposable
{
    private const string MediaType = "application/vnd.schemaregistry.v1+json";

    private readonly SchemaRegistryServerOptions _options;
    private readonly WebApplication _server;
    private readonly Subjects _subjects = new();
    private readonly Lock _lock = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private (int Status, int Left) _failing;
    private TaskCompletionSource? _held;
    private int _refusing;

    private SchemaRegistryServer(SchemaRegistryServerOptions options)
    {
        _options = options;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, OwnersLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1));
        _server = builder.Build();
        _server.Run(Serve);
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Method and path of every request that came, refused ones included.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public IReadOnlyList<SubjectVersion> Versions
    {
        get
        {
            lock (_lock)
            {
                return [.. _subjects.All];
            }
        }
    }

    public static Task<SchemaRegistryServer> StartAsync(CancellationToken cancellationToken = default) => StartAsync(new SchemaRegistryServerOptions(), cancellationToken);

    public static async Task<SchemaRegistryServer> StartAsync(SchemaRegistryServerOptions options, CancellationToken cancellationToken = default)
    {
        var server = new SchemaRegistryServer(options);
        await server._server.StartAsync(cancellationToken);
        server.Address = new Uri(server._server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return server;
    }

    /// <summary>The next requests are answered with this status and an error of the registry's form.</summary>
    public void FailNext(int requests, int status) => _failing = (status, requests);

    /// <summary>The connections of the next requests are cut without an answer.</summary>
    public void RefuseNext(int requests) => _refusing = requests;

    /// <summary>Requests wait for an answer until the returned handle is disposed.</summary>
    public IDisposable Hold()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = held;
        return new Release(() =>
        {
            _held = null;
            held.TrySetResult();
        });
    }

    /// <summary>The rule of compatibility of one subject, or of all that have none of their own.</summary>
    public void SetRule(string rule, string? subject = null)
    {
        lock (_lock)
        {
            if (subject is null)
            {
                _subjects.DefaultRule = rule;
            }
            else
            {
                _subjects.SetRule(subject, rule);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _held?.TrySetResult();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _server.StopAsync(patience.Token);
        await _server.DisposeAsync();
    }

    private async Task Serve(HttpContext context)
    {
        _requests.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}");
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        if (_held is { } held)
        {
            await held.Task.WaitAsync(context.RequestAborted);
        }

        Answer answer;
        lock (_lock)
        {
            if (_refusing > 0)
            {
                _refusing--;
                context.Abort();
                return;
            }

            answer = AnswerTo(context.Request, body);
        }

        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = MediaType;
        await context.Response.WriteAsync(answer.Body?.ToJsonString() ?? "", context.RequestAborted);
    }

    private Answer AnswerTo(HttpRequest request, string body)
    {
        if (_failing.Left > 0)
        {
            _failing.Left--;
            return Error(_failing.Status, _failing.Status, "injected failure");
        }

        if (!IsAuthorized(request))
        {
            return Error(401, 401, "Unauthorized");
        }

        if (request.Method != "GET" && request.ContentType?.StartsWith("application/vnd.schemaregistry", StringComparison.Ordinal) != true)
        {
            return Error(415, 415, "HTTP 415 Unsupported Media Type");
        }

        try
        {
            var parts = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
            return Route(request.Method, parts, body);
        }
        catch (FormatException exception)
        {
            return Error(422, 42201, $"Invalid schema: {exception.Message}");
        }
        catch (JsonException exception)
        {
            return Error(400, 400, exception.Message);
        }
    }

    private Answer Route(string method, string[] parts, string body) => (method, parts) switch
    {
        ("GET", ["subjects"]) => Ok(new JsonArray([.. _subjects.All.Select(version => version.Subject).Distinct().Select(subject => (JsonNode)subject)])),
        ("GET", ["subjects", var subject, "versions"]) => WithSubject(subject, versions => new JsonArray([.. versions.Select(version => (JsonNode)version.Version)])),
        ("GET", ["subjects", var subject, "versions", var version]) => WithVersion(subject, version, found => Ok(Json(found))),
        ("POST", ["subjects", var subject, "versions"]) => Register(subject, SchemaIn(body)),
        ("POST", ["subjects", var subject]) => Lookup(subject, SchemaIn(body)),
        ("GET", ["schemas", "ids", var id]) => _subjects.ById(int.Parse(id, CultureInfo.InvariantCulture)) is { } schema
            ? Ok(new JsonObject { ["schema"] = schema })
            : Error(404, 40403, $"Schema {id} not found"),
        ("POST", ["compatibility", "subjects", var subject, "versions", var version]) => Check(subject, version, SchemaIn(body)),
        ("GET", ["config"]) => Ok(new JsonObject { ["compatibilityLevel"] = _subjects.DefaultRule }),
        ("GET", ["config", var subject]) => Ok(new JsonObject { ["compatibilityLevel"] = _subjects.RuleOf(subject) ?? _subjects.DefaultRule }),
        ("PUT", ["config", var subject]) => Ruled(subject, $"{JsonNode.Parse(body)!["compatibility"]}"),
        _ => Error(404, 404, "HTTP 404 Not Found"),
    };

    private Answer Register(string subject, string schema)
    {
        if (_subjects.Find(subject, schema) is { } known)
        {
            return Ok(new JsonObject { ["id"] = known.Id });
        }

        var objections = _subjects.Objections(subject, schema);
        return objections.Count == 0
            ? Ok(new JsonObject { ["id"] = _subjects.Add(subject, schema).Id })
            : Error(409, 409, $"Schema being registered is incompatible with an earlier schema for subject \"{subject}\", details: [{string.Join(", ", objections)}]");
    }

    private Answer Lookup(string subject, string schema)
    {
        if (_subjects.Of(subject).Count == 0)
        {
            return Error(404, 40401, $"Subject '{subject}' not found.");
        }

        return _subjects.Find(subject, schema) is { } known ? Ok(Json(known)) : Error(404, 40403, "Schema not found");
    }

    private Answer Check(string subject, string version, string schema) => WithVersion(subject, version, _ =>
    {
        var objections = _subjects.Objections(subject, schema);
        return Ok(new JsonObject
        {
            ["is_compatible"] = objections.Count == 0,
            ["messages"] = new JsonArray([.. objections.Select(objection => (JsonNode)objection)]),
        });
    });

    private Answer Ruled(string subject, string rule)
    {
        _subjects.SetRule(subject, rule);
        return Ok(new JsonObject { ["compatibility"] = rule });
    }

    private Answer WithSubject(string subject, Func<IReadOnlyList<SubjectVersion>, JsonNode> answer) => _subjects.Of(subject) is { Count: > 0 } versions
        ? Ok(answer(versions))
        : Error(404, 40401, $"Subject '{subject}' not found.");

    private Answer WithVersion(string subject, string wanted, Func<SubjectVersion, Answer> answer)
    {
        var versions = _subjects.Of(subject);
        if (versions.Count == 0)
        {
            return Error(404, 40401, $"Subject '{subject}' not found.");
        }

        var found = wanted == "latest" ? versions[^1] : versions.FirstOrDefault(version => version.Version.ToString(CultureInfo.InvariantCulture) == wanted);
        return found is null ? Error(404, 40402, $"Version {wanted} not found.") : answer(found);
    }

    private bool IsAuthorized(HttpRequest request)
    {
        var sent = request.Headers.Authorization.ToString();
        return (_options.User is null || sent == "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_options.User}:{_options.Password}")))
            && (_options.Token is null || sent == "Bearer " + _options.Token);
    }

    private static string SchemaIn(string body) => Subjects.Normalized($"{JsonNode.Parse(body)?["schema"]}");

    private static JsonObject Json(SubjectVersion version) => new()
    {
        ["subject"] = version.Subject,
        ["version"] = version.Version,
        ["id"] = version.Id,
        ["schema"] = version.Schema,
    };

    private static Answer Ok(JsonNode body) => new(200, body);

    private static Answer Error(int status, int code, string message) => new(status, new JsonObject { ["error_code"] = code, ["message"] = message });

    private sealed record Answer(int Status, JsonNode? Body);

    private sealed class Release(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    /// <summary>Whoever started the server decides when it stops; signals and the console are not its own.</summary>
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
