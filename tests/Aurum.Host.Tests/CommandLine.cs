using System.Text;
using Aurum.Host.Commands;
using Aurum.Host.Engine;
using Aurum.Providers;
using Aurum.Storage.Postgres;

namespace Aurum.Host.Tests;

/// <summary>Runs command lines in a directory of its own, with fakes around them.</summary>
internal sealed class CommandLine : IDisposable
{
    public CommandLine() => Directory.CreateDirectory(Home);

    public string Home { get; } = Path.Combine(Path.GetTempPath(), $"aurum-host-tests-{Guid.NewGuid():N}");

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<IProvider> Providers { get; set; } = [FakeProvider.Fred, FakeProvider.WorldBank];

    public FakeEngine Engine { get; } = new();

    public FakeStores Store { get; } = new();

    public FakeDeployment Deployment { get; } = new();

    /// <summary>The database that a query read; null when it read files.</summary>
    public PostgresDsn? OpenedDatabase { get; private set; }

    /// <summary>Takes the place of standard output.</summary>
    public Stream? Output { get; set; }

    /// <summary>Takes the place of standard input.</summary>
    public TextReader Input { get; set; } = TextReader.Null;

    /// <summary>Takes the place of the keyboard; null for no terminal.</summary>
    public Func<ConsoleKeyInfo>? Keys { get; set; }

    public Task<Answer> RunAsync(string line) => RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public async Task<Answer> RunAsync(params string[] arguments)
    {
        var output = new MemoryStream();
        var error = new StringWriter { NewLine = "\n" };
        var code = await AurumCommand.RunAsync(arguments, new Surroundings(
            Providers,
            Environment,
            Home,
            Home,
            Output ?? output,
            error,
            () => Engine,
            (_, _) => Task.FromResult(new Stores(Store, Store, Store, Store, Store)),
            database =>
            {
                OpenedDatabase = database;
                return Task.FromResult(new Stores(Store, Store, Store, Store, Store));
            },
            () => Deployment)
        {
            Input = Input,
            Keys = Keys,
        });
        return new Answer(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Writes a file below the directory.</summary>
    public void Write(string path, string text)
    {
        var file = Path.Combine(Home, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void WriteProvider(string name, string text) => Write($"config/providers/{name}.json", text);

    /// <summary>A store that queries find; what is in it comes from <see cref="Store"/>.</summary>
    public void WriteStore(string dataDirectory = "data") => Write($"{dataDirectory}/{Stores.FileName}", "");

    public void Dispose() => Directory.Delete(Home, recursive: true);
}

internal sealed record Answer(int Code, string Output, string Error);

internal sealed class FakeEngine : ICollectionEngine
{
    public RunRequest? Ran { get; private set; }

    public DemoRequest? Demonstrated { get; private set; }

    public Func<int> Ends { get; set; } = () => 0;

    /// <summary>What goes on until it is stopped; <see cref="Ends"/> unless set.</summary>
    public Func<CancellationToken, Task<int>>? Goes { get; set; }

    public Task<int> RunAsync(RunRequest request, CancellationToken stop)
    {
        Ran = request;
        return Goes?.Invoke(stop) ?? Task.FromResult(Ends());
    }

    public Task<int> DemoAsync(DemoRequest request, CancellationToken stop)
    {
        Demonstrated = request;
        return Goes?.Invoke(stop) ?? Task.FromResult(Ends());
    }
}
