namespace Aurum.EndToEnd.Tests.Support;

/// <summary>A folder of its own, gone with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("aurum-e2e-").FullName;

    public string Path { get; }

    public string Below(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
