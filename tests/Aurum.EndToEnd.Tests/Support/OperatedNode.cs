using System.Net;
using System.Text.Json;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>An operator's command line, pointed at a node.</summary>
internal sealed class OperatedNode(World world, Uri address)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>A node that goes on and is ready, and whose gates speak for themselves.</summary>
    public static async Task<(AurumProcess Node, OperatedNode Desk)> StartAsync(World world, params string[] more)
    {
        var node = world.Run(["--loop", "--log-level", "info", .. more]);
        using var client = await node.HttpAsync();
        await client.BecomesAsync("/readyz", HttpStatusCode.OK);
        await client.BecomesAsync("/v1/admin/external/ratelimits", HttpStatusCode.OK, body => !body.Contains("\"remark\"", StringComparison.Ordinal), "with every gate's own answer");
        return (node, new OperatedNode(world, client.BaseAddress!));
    }

    /// <summary>A command that does what it should.</summary>
    public Task<AurumProcess> RunAsync(params string[] arguments) => EndsAsync(0, arguments);

    public Task<AurumProcess> EndsAsync(int code, params string[] arguments) =>
        world.Start(arguments, new() { ["AURUM_API_URL"] = address.AbsoluteUri }).EndsWithAsync(code);

    /// <summary>What a list says to programs.</summary>
    public async Task<IReadOnlyList<JsonElement>> ItemsAsync(params string[] arguments) => [.. (await JsonAsync(arguments)).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse((await RunAsync([.. arguments, "--json"])).Output.Text).RootElement;

    /// <summary>Asks again and again until the list is so.</summary>
    public async Task<IReadOnlyList<JsonElement>> UntilAsync(Func<IReadOnlyList<JsonElement>, bool> condition, params string[] arguments) =>
        [.. (await BecomesAsync(body => condition([.. body.GetProperty("items").EnumerateArray()]), arguments)).GetProperty("items").EnumerateArray()];

    /// <summary>Asks again and again until the answer is so.</summary>
    public async Task<JsonElement> BecomesAsync(Func<JsonElement, bool> condition, params string[] arguments)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var body = await JsonAsync(arguments);
            if (condition(body))
            {
                return body;
            }

            if (patience.IsCancellationRequested)
            {
                throw new XunitException($"aurum {string.Join(' ', arguments)} still says after {Patience.TotalSeconds} s: {body}");
            }
        }
    }
}
