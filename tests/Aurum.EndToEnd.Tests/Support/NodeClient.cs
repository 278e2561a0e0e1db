using System.Net;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>Asks a node over HTTP. The node must run with <c>--log-level info</c>: it says there which port it got.</summary>
internal static class NodeClient
{
    private const string Announcement = "HTTP on ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task<HttpClient> HttpAsync(this AurumProcess node)
    {
        // All of a machine's addresses are none that one could ask.
        return new HttpClient { BaseAddress = new UriBuilder(await node.HttpAddressAsync()) { Host = "127.0.0.1" }.Uri };
    }

    /// <summary>Where it listens, as it says itself.</summary>
    public static async Task<Uri> HttpAddressAsync(this AurumProcess node)
    {
        if (!await node.SaysOnErrorAsync(Announcement))
        {
            throw node.Failure("ended without an HTTP server");
        }

        var line = node.Error.Lines.First(line => line.Contains(Announcement, StringComparison.Ordinal));
        return new Uri(line[(line.IndexOf(Announcement, StringComparison.Ordinal) + Announcement.Length)..]);
    }

    /// <summary>Asks again and again until the answer has this status, and this text in it.</summary>
    public static Task<string> BecomesAsync(this HttpClient client, string path, HttpStatusCode expected, string text = "") =>
        client.BecomesAsync(path, expected, body => body.Contains(text, StringComparison.Ordinal), text);

    /// <summary>Asks again and again until the answer has this status and is so.</summary>
    /// <param name="wanted">What <paramref name="condition"/> asks for, in words.</param>
    public static async Task<string> BecomesAsync(this HttpClient client, string path, HttpStatusCode expected, Func<string, bool> condition, string wanted)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            using var answer = await client.GetAsync(path, CancellationToken.None);
            var body = await answer.Content.ReadAsStringAsync(CancellationToken.None);
            if (answer.StatusCode == expected && condition(body))
            {
                return body;
            }

            if (patience.IsCancellationRequested)
            {
                throw new XunitException($"{path} answers {(int)answer.StatusCode} after {Patience.TotalSeconds} s, expected {(int)expected} {wanted}: {body}");
            }

            await Task.Delay(100, CancellationToken.None);
        }
    }
}
