using System.Runtime.CompilerServices;

namespace Aurum.Api.Tests;

/// <summary>Names that others rely on are files that a reviewer sees change. Where one should change, set AURUM_APPROVE=1 for one run of the tests.</summary>
internal static class Approved
{
    public static async Task IsAsync(string file, IEnumerable<string> lines, [CallerFilePath] string here = "")
    {
        var text = string.Concat(lines.Select(line => line + "\n"));
        var path = Path.Combine(Path.GetDirectoryName(here)!, "Approved", file);
        if (Environment.GetEnvironmentVariable("AURUM_APPROVE") == "1")
        {
            await File.WriteAllTextAsync(path, text);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), text);
    }
}
