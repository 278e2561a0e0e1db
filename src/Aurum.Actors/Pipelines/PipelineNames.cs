using System.Globalization;

namespace Aurum.Actors.Pipelines;

/// <summary>The pipelines there are, under the names that operators know.</summary>
public static class PipelineNames
{
    public const string Incremental = "external_incremental";
    public const string CatalogSync = "external_catalog_sync";
    public const string Backfill = "external_backfill";

    public static IReadOnlyList<string> All { get; } = [Incremental, CatalogSync, Backfill];

    /// <summary>What a provider's step of a pipeline is called, such as <c>collect_fred</c>.</summary>
    public static string TaskOf(string pipeline, string provider) => $"{VerbOf(pipeline)}_{provider}";

    /// <summary>What the names of its runs begin with.</summary>
    public static string PrefixOf(string pipeline) => pipeline[(pipeline.IndexOf('_', StringComparison.Ordinal) + 1)..].Replace('_', '-');

    private static string VerbOf(string pipeline) => pipeline switch
    {
        Incremental => "collect",
        CatalogSync => "sync",
        Backfill => "backfill",
        _ => throw new ArgumentException($"There is no pipeline {pipeline}.", nameof(pipeline)),
    };
}

/// <summary>Names of runs: when they began, and what no other has.</summary>
public static class RunIds
{
    public static string New(DateTimeOffset now, string prefix = "run") =>
        $"{prefix}-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}-{Guid.NewGuid().ToString("N")[..8]}";
}
