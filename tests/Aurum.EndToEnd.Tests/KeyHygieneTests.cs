using System.Text;
using Aurum.EndToEnd.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;

namespace Aurum.EndToEnd.Tests;

public sealed class KeyHygieneTests
{
    [Fact]
    public async Task Keys_show_nowhere_even_when_providers_echo_them()
    {
        await using var world = await World.UnconfiguredAsync();
        world.Config.Write(world.Plans, maxAttempts: 1);
        string[] keys = [world.Environment["FRED_API_KEY"], world.Environment["EIA_API_KEY"], world.Environment["NOAA_GHCND_TOKEN"]];
        var addresses = world.Environment.Where(variable => variable.Key.EndsWith("_BASE_URL", StringComparison.Ordinal)).ToArray();
        var processes = new List<AurumProcess>();
        foreach (var (status, contentType, body) in Echoes)
        {
            await using var echo = await StartEchoAsync(status, contentType, body);
            foreach (var (name, _) in addresses)
            {
                world.Environment[name] = echo.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            }

            processes.Add(await world.Run("--log-level", "trace").EndsWithAsync(1));
        }

        foreach (var (name, address) in addresses)
        {
            world.Environment[name] = address;
        }

        processes.Add(await world.Run("--log-level", "trace").EndsWithAsync(0));
        processes.Add(await world.Start("status", "--data-dir", world.Data).EndsWithAsync(0));
        processes.Add(await world.Start("query", "series", "--data-dir", world.Data).EndsWithAsync(0));
        await world.StoreIsTruthAsync();

        foreach (var key in keys)
        {
            Assert.All(processes, process => Assert.False(process.Output.Text.Contains(key, StringComparison.OrdinalIgnoreCase), process.Output.Text));
            Assert.All(processes, process => Assert.False(process.Error.Text.Contains(key, StringComparison.OrdinalIgnoreCase), process.Error.Text));
            foreach (var file in Directory.EnumerateFiles(world.Data, "*", SearchOption.AllDirectories))
            {
                var bytes = await File.ReadAllBytesAsync(file);
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(key)) < 0, $"{file} holds the key {key}");
                Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(key)) < 0, $"{file} holds the key {key} as UTF-16");
            }
        }
    }

    /// <summary>What APIs and the edges before them answer with; <c>{0}</c> is the address asked for, <c>{1}</c> all keys of the request.</summary>
    private static (int Status, string ContentType, string Body)[] Echoes { get; } =
    [
        (400, "application/json", """{{"error_code":400,"error_message":"Bad Request. The value {1} of api_key={1} in {0} is not good","message":"{1}","status":"{1}","error":{{"code":"API_KEY_INVALID","message":"{1}"}},"request":{{"params":{{"api_key":"{1}"}}}}}}"""),
        (403, "text/html", "<html><body>Access to {0} denied, token {1}</body></html>"),
        (200, "application/json", """[{{"message":[{{"id":"{1}","key":"{1}","value":"{0}"}}],"results":"{1}","response":"{1}","observations":"{1}","seriess":"{1}"}}]"""),
        (200, "application/json", """{{"results":[{{"id":"{1}","date":"{1}"}}],"response":{{"data":[{{"period":"{1}","value":"{1}"}}],"total":"{1}","id":"{1}"}},"observations":[{{"date":"{1}","value":"{1}"}}],"seriess":[{{"id":"{1}","title":"{0}","units":"{1}"}}]}}"""),
        (302, "text/plain", "{0} {1}"),
    ];

    private static async Task<WebApplication> StartEchoAsync(int status, string contentType, string body)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(async context =>
        {
            var key = $"{context.Request.Query["api_key"]}{context.Request.Headers["token"]}";
            context.Response.StatusCode = status;
            context.Response.ContentType = contentType;
            context.Response.Headers.Location = $"http://127.0.0.1/?api_key={key}";
            await context.Response.WriteAsync(string.Format(null, body, context.Request.GetEncodedUrl(), key));
        });
        await server.StartAsync();
        return server;
    }
}
