namespace Aurum.Host.Tests;

/// <summary>A command line that is pointed at a node.</summary>
public abstract class NodeCommandTest : IAsyncLifetime
{
    private protected CommandLine Line { get; } = new();

    private protected FakeNode Node { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await FakeNode.StartAsync();
        Line.Environment["AURUM_API_URL"] = Node.Address;
        Prepare();
    }

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        Line.Dispose();
    }

    /// <summary>Nobody says any more where a node should be: commands look where this one would be by default.</summary>
    private protected void NameNoNode()
    {
        Line.Environment.Remove("AURUM_API_URL", out var address);
        Line.Environment["AURUM_HTTP_PORT"] = $"{new Uri(address!).Port}";
    }

    /// <summary>What all tests of a class have in common.</summary>
    protected virtual void Prepare()
    {
    }
}
