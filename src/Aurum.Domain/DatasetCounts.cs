namespace Aurum.Domain;

/// <summary>What a run has done for the series of one dataset so far.</summary>
/// <param name="Dataset">Its key.</param>
/// <param name="SeriesTotal">Those that are known to belong to it; of a backfill, each once for every part that it has a share in.</param>
/// <param name="SeriesDone">Those that are over, with those that failed.</param>
/// <param name="Inserted">Observations of timestamps that were not known before.</param>
public sealed record DatasetCounts(string Dataset, int SeriesTotal, int SeriesDone, int SeriesFailed, long Inserted, long Revised);
