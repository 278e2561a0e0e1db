using System.Text;
using Aurum.Host.Engine;

namespace Aurum.Host.Tests.Engine;

public sealed class MalformedPagesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aurum-malformed");
        [Fact]
    public void A_page_is_kept_with_the_command_that_explains_it()
    {
        var path = Pages().Keep("fred", "https://a.example/fred/series?series_id=A'B", 200, "{]"u8.ToArray())!;
        Assert.Equal(Path.Combine(_folder.FullName, "malformed", "fred", "20260302T102030456.body"), path);
        Assert.Equal("{]", File.ReadAllText(path));
        Assert.Equal($"aurum explain fred --url 'https://a.example/fred/series?series_id=A%27B' --status 200 '{path}'\n", File.ReadAllText(Path.ChangeExtension(path, ".txt")));
    }

    [Fact]
    public void Only_the_latest_are_kept_and_no_more_than_so_many_bytes_of_each()
    {
        var pages = Pages();
        for (var page = 0; page < MalformedPages.MostPages + 5; page++)
        {
            Assert.NotNull(pages.Keep("eia", "https://a.example/", 200, Encoding.UTF8.GetBytes($"{page}")));
        }

        var last = pages.Keep("eia", "https://a.example/", 200, new byte[MalformedPages.MostBytes + 1])!;
        Assert.Equal(MalformedPages.MostBytes, new FileInfo(last).Length);
        Assert.StartsWith("# only the first", File.ReadAllText(Path.ChangeExtension(last, ".txt")), StringComparison.Ordinal);
        var kept = Directory.GetFiles(Path.GetDirectoryName(last)!, "*.body").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal((MalformedPages.MostPages, last, "6"), (kept.Length, kept[^1], File.ReadAllText(kept[0])));
        Assert.Equal(MalformedPages.MostPages, Directory.GetFiles(Path.GetDirectoryName(last)!, "*.txt").Length);
    }

    [Fact]
    public void A_place_that_cannot_be_written_fails_nobody()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "malformed"), "a file stands in the way");
        Assert.Null(Pages().Keep("fred", "https://a.example/", 200, "{]"u8.ToArray()));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private MalformedPages Pages() => new(_folder.FullName, new StandingClock());

    private sealed class StandingClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 3, 2, 10, 20, 30, 456, TimeSpan.Zero);
    }
}
