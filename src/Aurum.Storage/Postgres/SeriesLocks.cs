namespace Aurum.Storage.Postgres;

/// <summary>
/// Advisory locks that let one writer at a time look at a series and write it: without them two writers could both find a value new.
/// Series share a fixed number of locks, because the server has room for some thousands only.
/// </summary>
internal static class SeriesLocks
{
    /// <summary>First half of the locks' keys, in PostgreSQL's key space of two integers; "aurm".</summary>
    public const int Space = 0x6175726d;

    private const int Buckets = 256;

    public static IEnumerable<int> Of(IEnumerable<ProviderToWrite> providers) => providers
        .SelectMany(provider => provider.Series)
        .Select(series => BucketOf(series.Id.ToString()))
        .Distinct()
        .Order();

    /// <summary>FNV-1a: the same in every process and version.</summary>
    private static int BucketOf(string text)
    {
        var hash = 2166136261u;
        foreach (var letter in text)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return (int)((hash ^ (hash >> 16)) % Buckets);
    }
}
