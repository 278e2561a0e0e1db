using Aurum.Host.Engine;
using Aurum.Providers;

namespace Aurum.Host;

/// <summary>All that the command line touches besides its arguments; tests put others in its place.</summary>
/// <param name="Output">Standard output; told by <see cref="Output.OutputClosedException"/> when nobody reads it.</param>
/// <param name="Engine">Made only by commands that collect.</param>
/// <param name="OpenStores">Opens the store of a data directory for reading; only called where there is one.</param>
public sealed record Surroundings(
    IReadOnlyList<IProvider> Providers,
    IReadOnlyDictionary<string, string> Environment,
    string CurrentDirectory,
    string BinaryDirectory,
    Stream Output,
    TextWriter Error,
    Func<ICollectionEngine> Engine,
    Func<string, CancellationToken, Task<Stores>> OpenStores);
