using System.CommandLine;
using System.Globalization;
using System.Net;
using Aurum.Host.Configuration;

namespace Aurum.Host.Commands;

/// <summary>
/// <c>aurum probe live|ready|startup</c>: asks the node on this machine as Kubernetes does, for a HEALTHCHECK in an image that has neither
/// shell nor curl.
/// </summary>
internal static class ProbeCommand
{
    private const int DefaultPort = 8080;

    /// <summary>A health check has a time limit of its own, five seconds in the Dockerfile; this one can still say what happened.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(4);

    public static Command Create(Surroundings surroundings) => new("probe", "Ask the node on this machine how it is; 0 when all is well, else 1")
    {
        Create(surroundings, "live", "Whether the process is alive, whatever it is connected to", "/livez"),
        Create(surroundings, "ready", "Whether it can work: database and Kafka are within reach", "/readyz"),
        Create(surroundings, "startup", "Whether it has started and joined its cluster", "/startupz"),
    };

    private static Command Create(Surroundings surroundings, string name, string description, string path)
    {
        var command = new Command(name, description);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var address = Address(surroundings.Environment, path);
            var (isWell, says) = await AskAsync(address, cancellationToken);
            await (isWell ? parsed.InvocationConfiguration.Output : surroundings.Error).WriteLineAsync(isWell ? says : $"aurum: probe of {address}: {says}");
            return isWell ? ExitCodes.Good : ExitCodes.SomeFailed;
        });
        return command;
    }

    /// <summary>Where the node listens, seen from this machine: one that listens on all addresses does so on the loopback address too.</summary>
    private static Uri Address(IReadOnlyDictionary<string, string> environment, string path)
    {
        var problems = new List<string>();
        var port = DefaultPort;
        if (environment.Read(Variables.HttpPort) is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is 0 or > IPEndPoint.MaxPort))
        {
            problems.Add($"{Variables.HttpPort}: is \"{text}\"; expected the port that the node listens on, from 1 to {IPEndPoint.MaxPort}");
        }

        var host = IPAddress.Loopback;
        if (environment.Read(Variables.HttpHost) is { } named and not ("*" or "localhost"))
        {
            if (!IPAddress.TryParse(named, out host))
            {
                problems.Add($"{Variables.HttpHost}: is \"{named}\"; expected an address of this machine such as 127.0.0.1, localhost, or * for all of them");
            }
            else if (host.Equals(IPAddress.Any))
            {
                host = IPAddress.Loopback;
            }
            else if (host.Equals(IPAddress.IPv6Any))
            {
                host = IPAddress.IPv6Loopback;
            }
        }

        return problems.Count == 0 ? new Uri($"http://{new IPEndPoint(host!, port)}{path}") : throw new ConfigurationException(problems);
    }

    private static async Task<(bool IsWell, string Says)> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(LongestWait);
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        try
        {
            using var response = await client.SendAsync(request, timeout.Token);
            var body = (await response.Content.ReadAsStringAsync(timeout.Token)).ReplaceLineEndings(" ").Trim();
            return (response.IsSuccessStatusCode, response.IsSuccessStatusCode ? body : $"{(int)response.StatusCode} {body}".TrimEnd());
        }
        catch (HttpRequestException failure)
        {
            return (false, failure.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, string.Create(CultureInfo.InvariantCulture, $"no answer within {LongestWait.TotalSeconds} seconds"));
        }
    }
}
