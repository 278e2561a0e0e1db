using System.Globalization;
using System.Net;
using Aurum.Actors;
using Aurum.Api;

namespace Aurum.Host.Configuration;

/// <summary>What the environment says of a node's HTTP server.</summary>
internal static class HttpConfiguration
{
    private const int LargestPort = 65_535;

    /// <exception cref="ConfigurationException">It cannot be used; every reason at once.</exception>
    public static ApiOptions Load(NodeRoles roles, string currentDirectory, IReadOnlyDictionary<string, string> environment)
    {
        var problems = new List<string>();
        var port = Port(environment, problems);
        var tokens = TokensFile.Read(currentDirectory, environment, problems);
        var isGuarded = environment.Read(Variables.AdminToken) is not null || environment.Read(Variables.AdminTokensFile) is not null;
        var host = Host(environment, isGuarded, problems);
        return problems.Count == 0 ? new ApiOptions(host, port, roles.HasFlag(NodeRoles.Api), tokens) : throw new ConfigurationException(problems);
    }

    private static int Port(IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        if (environment.Read(Variables.HttpPort) is not { } text)
        {
            return ApiOptions.DefaultPort;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= LargestPort)
        {
            return port;
        }

        problems.Add($"{Variables.HttpPort}: is \"{text}\"; expected a port from 1 to {LargestPort}, or 0 for any that is free");
        return 0;
    }

    /// <summary>Whoever reaches an unguarded server may do everything, so only this machine may reach it.</summary>
    private static IPAddress? Host(IReadOnlyDictionary<string, string> environment, bool isGuarded, List<string> problems)
    {
        if (environment.Read(Variables.HttpHost) is not { } text)
        {
            return isGuarded ? null : ApiOptions.DefaultHost;
        }

        var all = text == "*";
        var address = text == "localhost" ? IPAddress.Loopback : null;
        if (!all && address is null && !IPAddress.TryParse(text, out address))
        {
            problems.Add($"{Variables.HttpHost}: is \"{text}\"; expected an address of this machine such as 127.0.0.1 or 10.0.0.7, localhost, or * for all of them");
            return null;
        }

        if (!isGuarded && (all || !IPAddress.IsLoopback(address!)))
        {
            problems.Add($"{Variables.HttpHost}: is \"{text}\", which others can reach, and neither {Variables.AdminToken} nor {Variables.AdminTokensFile} is set; expected one of them, or an address of this machine alone such as 127.0.0.1");
        }

        return all ? null : address;
    }
}
