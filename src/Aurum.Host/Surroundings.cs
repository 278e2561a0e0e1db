using Aurum.Host.Engine;
using Aurum.Providers;
using Aurum.Storage.Postgres;

namespace Aurum.Host;

/// <summary>All that the command line touches besides its arguments; tests put others in its place.</summary>
/// <param name="Output">Standard output; told by <see cref="Output.OutputClosedException"/> when nobody reads it.</param>
/// <param name="Engine">Made only by commands that collect.</param>
/// <param name="OpenStores">Opens the store of a data directory for reading; only called where there is one.</param>
/// <param name="OpenDatabase">Opens the store of a PostgreSQL database for reading.</param>
/// <param name="Deployment">Made only by commands that set up what a node needs.</param>
public sealed record Surroundings(
    IReadOnlyList<IProvider> Providers,
    IReadOnlyDictionary<string, string> Environment,
    string CurrentDirectory,
    string BinaryDirectory,
    Stream Output,
    TextWriter Error,
    Func<ICollectionEngine> Engine,
    Func<string, CancellationToken, Task<Stores>> OpenStores,
    Func<PostgresDsn, Task<Stores>> OpenDatabase,
    Func<IDeployment> Deployment)
{
    /// <summary>Standard input.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>The keyboard; null where input or output is no terminal.</summary>
    public Func<ConsoleKeyInfo>? Keys { get; init; }
}
