using System.Net;
using System.Text;

namespace Aurum.SchemaRegistry.Tests;

/// <summary>Answers as registries, proxies and strangers give them.</summary>
public sealed class CannedAnswerTests
{
    [Theory]
    [InlineData(401, """{"error_code":40101,"message":"Unauthorized"}""", SchemaRegistryFailure.Unauthorized, 40101)]
    [InlineData(403, """{"error_code":40301,"message":"User is denied operation Write on Subject: s"}""", SchemaRegistryFailure.Unauthorized, 40301)]
    [InlineData(401, "<html>Authorization Required</html>", SchemaRegistryFailure.Unauthorized, null)]
    [InlineData(404, """{"error_code":40401,"message":"Subject 's' not found."}""", SchemaRegistryFailure.Unknown, 40401)]
    [InlineData(404, "<html>404 Not Found</html>", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(404, "", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(409, """{"error_code":409,"message":"Schema being registered is incompatible"}""", SchemaRegistryFailure.Incompatible, 409)]
    [InlineData(422, """{"error_code":42201,"message":"Invalid schema"}""", SchemaRegistryFailure.InvalidSchema, 42201)]
    [InlineData(422, """{"error_code":42205,"message":"Subject s is in read-only mode"}""", SchemaRegistryFailure.InvalidSchema, 42205)]
    [InlineData(429, """{"error_code":42901,"message":"Too many"}""", SchemaRegistryFailure.Refused, 42901)]
    [InlineData(302, "", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(200, "<html>Welcome to nginx</html>", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(200, "", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(200, "null", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(200, "[1]", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(200, """{"ids":[1]}""", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(200, """{"id":"one"}""", SchemaRegistryFailure.NoRegistry, null)]
    [InlineData(500, """{"error_code":50001,"message":"Error in the backend data store"}""", SchemaRegistryFailure.Unreachable, null)]
    public async Task A_refusal_is_told_apart(int status, string body, SchemaRegistryFailure kind, int? code)
    {
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(async () => await Client(status, body).RegisterAsync("s", "\"long\"", default));
        Assert.Equal((kind, code), (exception.Kind, exception.ErrorCode));
        Assert.Contains("POST /subjects/s/versions", exception.Message, StringComparison.Ordinal);
        Assert.Contains("registry.example:8081", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public async Task A_proxy_that_repeats_the_credentials_is_not_repeated(int status)
    {
        var echo = $"your header was Basic {Convert.ToBase64String("scott:tiger"u8)} that is scott:tiger";
        var exception = await Assert.ThrowsAsync<SchemaRegistryException>(async () => await Client(status, echo).FindByIdAsync(1, default));
        Assert.DoesNotContain("tiger", exception.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String("scott:tiger"u8), exception.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"is_compatible":true}""", true)]
    [InlineData("""{"is_compatible":false,"messages":["{errorType:'MISSING'}"]}""", false)]
    public async Task A_verdict_of_an_old_registry_has_no_messages(string body, bool compatible) =>
        Assert.Equal(compatible, (await Client(200, body).CheckAsync("s", "\"long\"", default)).IsCompatible);

    [Fact]
    public async Task A_proxys_404_is_not_taken_for_an_unknown_id() =>
        Assert.Equal(SchemaRegistryFailure.NoRegistry, (await Assert.ThrowsAsync<SchemaRegistryException>(async () => await Client(404, "no").FindByIdAsync(1, default))).Kind);

    [Fact]
    public async Task Requests_have_the_registrys_media_type_and_keep_the_path_of_the_address()
    {
        HttpRequestMessage? sent = null;
        using var http = new HttpClient(new Canned(200, """{"id":7}""", request => sent = request));
        var client = new SchemaRegistryClient(http, SchemaRegistryOptions.Parse("http://registry.example:8081/below/"), TimeProvider.System);
        Assert.Equal(7, await client.RegisterAsync("a/b", "\"long\"", default));
        Assert.Equal("http://registry.example:8081/below/subjects/a%2Fb/versions", sent!.RequestUri!.AbsoluteUri);
        Assert.Equal("application/vnd.schemaregistry.v1+json", sent.Content!.Headers.ContentType!.ToString());
        Assert.Equal("application/vnd.schemaregistry.v1+json", sent.Headers.Accept.ToString());
        Assert.Null(sent.Headers.Authorization);
    }

    private static SchemaRegistryClient Client(int status, string body) => new(
        new HttpClient(new Canned(status, body, _ => { })),
        SchemaRegistryOptions.Parse("http://registry.example:8081", SchemaRegistryCredentials.Basic("scott", "tiger")) with { Rounds = 1 },
        TimeProvider.System);

    private sealed class Canned(int status, string body, Action<HttpRequestMessage> seen) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen(request);
            return Task.FromResult(new HttpResponseMessage((HttpStatusCode)status) { Content = new StringContent(body, Encoding.UTF8) });
        }
    }
}
