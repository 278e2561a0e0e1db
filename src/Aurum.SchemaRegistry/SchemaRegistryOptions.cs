namespace Aurum.SchemaRegistry;

/// <summary>Where the registry is and how to ask it.</summary>
/// <param name="Addresses">Its nodes, any of which answers; tried in turn.</param>
/// <param name="Credentials">Null where it asks for none.</param>
/// <param name="Timeout">For one attempt at one node.</param>
/// <param name="Rounds">How often all nodes are tried before the registry counts as unreachable.</param>
public sealed record SchemaRegistryOptions(
    IReadOnlyList<Uri> Addresses,
    SchemaRegistryCredentials? Credentials,
    TimeSpan Timeout,
    int Rounds = SchemaRegistryOptions.DefaultRounds)
{
    public const int DefaultRounds = 3;

    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads addresses as a person writes them: one URL, or several separated by commas.</summary>
    /// <exception cref="FormatException">Names every address that is none, and never repeats one that may hold a password.</exception>
    public static SchemaRegistryOptions Parse(string urls, SchemaRegistryCredentials? credentials = null, TimeSpan? timeout = null)
    {
        var texts = urls.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var options = new SchemaRegistryOptions(
            [.. texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address : null).OfType<Uri>()],
            credentials,
            timeout ?? DefaultTimeout);
        string[] problems = [.. texts.Where(text => !Uri.TryCreate(text, UriKind.Absolute, out _)).Select(NoUrl), .. options.Problems()];
        return problems.Length == 0 ? options : throw new FormatException(string.Join(" ", problems));
    }

    /// <summary>All that is wrong with these options, in sentences without secrets; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        if (Addresses.Count == 0)
        {
            problems.Add("The schema registry has no address: expected http://host:8081, or several such separated by commas.");
        }

        problems.AddRange(Addresses.Select(ProblemOf).OfType<string>());
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10))
        {
            problems.Add($"The schema registry's timeout is {Timeout}: expected more than nothing and at most ten minutes.");
        }

        if (Rounds is < 1 or > 20)
        {
            problems.Add($"The schema registry is tried {Rounds} times: expected 1 to 20.");
        }

        return problems;
    }

    private static string? ProblemOf(Uri address) => address switch
    {
        { IsAbsoluteUri: false } => NoUrl(address.OriginalString),
        { UserInfo.Length: > 0 } => $"The schema registry's URL for {address.Host} holds a user or password: take them out of the URL and give them as user:password on their own.",
        { Scheme: not ("http" or "https") } => $"The schema registry's URL begins with {address.Scheme}: expected http or https.",
        { Query.Length: > 0 } or { Fragment.Length: > 0 } => $"The schema registry's URL for {address.Host} has a query or fragment: expected host, port and at most a path.",
        _ => null,
    };

    private static string NoUrl(string text) => text.Contains('@', StringComparison.Ordinal)
        ? "An address of the schema registry is no URL: expected http://host:8081, without user and password."
        : $"'{text}' is no address of a schema registry: expected http://host:8081.";
}
