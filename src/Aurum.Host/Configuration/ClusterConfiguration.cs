using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Aurum.Actors.Clustering;

namespace Aurum.Host.Configuration;

/// <summary>Reads from options and environment how a node meets the others of its cluster.</summary>
internal static partial class ClusterConfiguration
{
    private const int DefaultPort = 4053;

    /// <param name="seeds">HOST:PORT of the seed nodes, where an option names them.</param>
    /// <exception cref="ConfigurationException">It cannot be used; every reason at once.</exception>
    public static ClusterNode Load(string[]? seeds, string? host, int? port, RoadConfiguration road, string currentDirectory, IReadOnlyDictionary<string, string> environment)
    {
        var (seedsFrom, named) = seeds is null or []
            ? (Variables.SeedNodes, environment.Read(Variables.SeedNodes)?.Split(',', StringSplitOptions.TrimEntries) ?? [])
            : ("--seed-nodes", seeds);
        if (named.Length == 0)
        {
            return ClusterNode.Alone;
        }

        var problems = new List<string>();
        if (road.Database is null)
        {
            problems.Add($"{Variables.Database}: is not set; expected the postgresql:// URL of the database that the nodes named by {seedsFrom} share");
        }

        var hostFrom = host is null ? Variables.NodeHost : "--node-host";
        host ??= environment.Read(Variables.NodeHost) ?? Dns.GetHostName();
        var name = environment.Read(Variables.ClusterName) ?? ClusterNode.Alone.Name;
        if (!ClusterName().IsMatch(name))
        {
            problems.Add($"{Variables.ClusterName}: \"{name}\" cannot be used; expected letters, digits and hyphens, a letter first");
        }

        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
        {
            problems.Add($"{hostFrom}: \"{host}\" cannot be used; expected the name or address by which other nodes reach this one");
        }

        var node = new ClusterNode(
            name,
            host,
            environment.Read(Variables.NodeBind) ?? (IPAddress.TryParse(host, out _) ? host : IPAddress.Any.ToString()),
            port ?? Port(Variables.NodePort, environment.Read(Variables.NodePort), problems) ?? DefaultPort,
            [.. named.Select(seed => Seed(seedsFrom, seed, problems)).OfType<SeedNode>()],
            Identity(currentDirectory, environment, problems));
        if (!IPAddress.TryParse(node.BindHost, out _))
        {
            problems.Add($"{Variables.NodeBind}: \"{node.BindHost}\" cannot be used; expected the address to listen on, such as 0.0.0.0");
        }

        return problems.Count == 0 ? node : throw new ConfigurationException(problems);
    }

    private static SeedNode? Seed(string from, string text, List<string> problems)
    {
        var colon = text.LastIndexOf(':');
        if (colon > 0 && Uri.CheckHostName(text[..colon]) != UriHostNameType.Unknown && Port(text[(colon + 1)..]) is { } port)
        {
            return new SeedNode(text[..colon], port);
        }

        problems.Add($"{from}: \"{text}\" cannot be used; expected HOST:PORT of a node, several separated by commas");
        return null;
    }

    private static int? Port(string name, string? text, List<string> problems)
    {
        var port = text is null ? null : Port(text);
        if (text is not null && port is null)
        {
            problems.Add($"{name}: \"{text}\" cannot be used; expected a port from 1 to 65535");
        }

        return port;
    }

    private static int? Port(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= IPEndPoint.MaxPort ? port : null;

    /// <summary>All three files, or none.</summary>
    private static NodeIdentity? Identity(string currentDirectory, IReadOnlyDictionary<string, string> environment, List<string> problems)
    {
        var files = new[] { Variables.NodeCertificate, Variables.NodeKey, Variables.NodeAuthority }
            .Select(variable => (Variable: variable, Path: environment.Read(variable) is { } path ? Path.GetFullPath(path, currentDirectory) : null))
            .ToArray();
        if (files.All(file => file.Path is null))
        {
            return null;
        }

        var lacking = files.Where(file => file.Path is null).Select(file => $"{file.Variable}: is not set; expected the path of a PEM file, as nodes that show certificates need certificate, key and authority").ToArray();
        problems.AddRange(lacking);
        if (lacking.Length > 0)
        {
            return null;
        }

        try
        {
            return new NodeIdentity(X509Certificate2.CreateFromPemFile(files[0].Path!, files[1].Path!), X509CertificateLoader.LoadCertificateFromFile(files[2].Path!));
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"{Variables.NodeCertificate}, {Variables.NodeKey}, {Variables.NodeAuthority}: cannot be read as PEM files of a certificate, its key and its authority: {exception.Message}");
            return null;
        }
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9-]{0,62}$")]
    private static partial Regex ClusterName();
}
