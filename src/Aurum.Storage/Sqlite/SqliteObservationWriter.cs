using Aurum.Domain;

namespace Aurum.Storage.Sqlite;

/// <summary>
/// Writes batches inside a transaction. What lies beyond the last stored timestamp of its series cannot meet an older vintage and is
/// inserted without looking; that is nearly every row of a backfill. All else is compared with what is stored.
/// </summary>
internal sealed class SqliteObservationWriter
{
    private const string RowColumns =
        "INTO observation (series_key, timestamp, asof_date, value, value_raw, status, quality_flag, metadata, batch_key) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

    private readonly SqliteSession _session;
    private readonly RowWriter _insert;
    private readonly RowWriter _replace;
    private readonly SqliteStatement _predecessor;
    private readonly SqliteStatement _anyVintage;

    public SqliteObservationWriter(SqliteSession session)
    {
        _session = session;
        _insert = new RowWriter(_session.Statement("INSERT " + RowColumns));
        _replace = new RowWriter(_session.Statement("REPLACE " + RowColumns));
        _predecessor = _session.Statement("""
            SELECT asof_date, value, value_raw, status, quality_flag, batch_key FROM observation
            WHERE series_key = ?1 AND timestamp = ?2 AND asof_date <= ?3 ORDER BY asof_date DESC LIMIT 1
            """);
        _anyVintage = _session.Statement("SELECT 1 FROM observation WHERE series_key = ?1 AND timestamp = ?2 LIMIT 1");
    }

    public WriteResult Write(ObservationBatch batch)
    {
        var observations = batch.Slice.Observations;
        if (observations.Count == 0)
        {
            return default;
        }

        var seriesKey = FindSeries(batch.Slice.Series) ?? AddSeries(batch.Slice.Series);
        var last = LastTimestamp(seriesKey);
        var batchKey = 0L;
        var (inserted, revised, unchanged, rows) = (0, 0, 0, 0);
        _predecessor.Bind(1, seriesKey);
        _anyVintage.Bind(1, seriesKey);
        for (var index = 0; index < observations.Count; index++)
        {
            var observation = observations[index];
            var timestamp = Epoch.Seconds(observation.Timestamp);
            var change = timestamp > last ? Change.Insert : Compare(observation, timestamp, batch.IngestedAt);
            if (change == Change.None)
            {
                unchanged++;
                continue;
            }

            if (batchKey == 0)
            {
                batchKey = AddBatch(batch);
                _insert.Begin(seriesKey, batchKey);
                _replace.Begin(seriesKey, batchKey);
            }

            (change == Change.Replace ? _replace : _insert).Write(observation, timestamp);
            last = Math.Max(last, timestamp);
            inserted += change == Change.Insert ? 1 : 0;
            revised += change == Change.Insert ? 0 : 1;
            rows += change == Change.Replace ? 0 : 1;
        }

        if (rows > 0)
        {
            Count(seriesKey, inserted, rows);
        }

        return new WriteResult(inserted, revised, unchanged);
    }

    private Change Compare(in Observation observation, long timestamp, DateTimeOffset ingestedAt)
    {
        _predecessor.Bind(2, timestamp).Bind(3, Epoch.Days(observation.AsOf));
        if (_predecessor.Step())
        {
            var known = new Observation(
                observation.Timestamp,
                Epoch.Day(_predecessor.Int64(0)),
                _predecessor.DoubleOrNull(1),
                _predecessor.TextOrNull(2),
                _predecessor.TextOrNull(3),
                _predecessor.TextOrNull(4));
            var batchKey = _predecessor.Int64(5);
            _predecessor.Reset();
            var change = VintageDecision.Of(observation, known);
            return VintageDecision.Unless(change == Change.Replace && IsEarlier(ingestedAt, batchKey), change);
        }

        _anyVintage.Bind(2, timestamp);
        var seen = _anyVintage.Step();
        _anyVintage.Reset();
        return VintageDecision.OfEarliest(timestampKnown: seen);
    }

    private bool IsEarlier(DateTimeOffset ingestedAt, long batchKey)
    {
        var stored = _session.Statement("SELECT ingest_ts FROM ingest_batch WHERE batch_key = ?1").Bind(1, batchKey);
        stored.Step();
        var earlier = string.CompareOrdinal(Iso.Instant(ingestedAt), stored.Text(0)) < 0;
        stored.Reset();
        return earlier;
    }

    private long? FindSeries(SeriesId series)
    {
        var find = _session.Statement("SELECT series_key FROM series WHERE provider = ?1 AND series_id = ?2")
            .Bind(1, series.Provider)
            .Bind(2, series.Code);
        long? key = find.Step() ? find.Int64(0) : null;
        find.Reset();
        return key;
    }

    private long AddSeries(SeriesId series)
    {
        _session.Statement("INSERT INTO series (provider, series_id) VALUES (?1, ?2)").Bind(1, series.Provider).Bind(2, series.Code).Run();
        return _session.LastInsertKey();
    }

    private long LastTimestamp(long seriesKey)
    {
        var find = _session.Statement("SELECT max(timestamp) FROM observation WHERE series_key = ?1").Bind(1, seriesKey);
        find.Step();
        var last = find.Int64OrNull(0) ?? long.MinValue;
        find.Reset();
        return last;
    }

    private long AddBatch(ObservationBatch batch)
    {
        _session.Statement("""
            INSERT INTO ingest_batch (ingest_ts, ingest_run_id, source_event_id, unit_code, geo_id, dataset_code, frequency_code)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
            .Bind(1, Iso.Instant(batch.IngestedAt))
            .Bind(2, batch.RunId)
            .Bind(3, batch.EventId)
            .Bind(4, batch.Slice.Attributes.UnitCode)
            .Bind(5, batch.Slice.Attributes.GeoId)
            .Bind(6, batch.Slice.Attributes.DatasetCode)
            .Bind(7, batch.Slice.Attributes.FrequencyCode)
            .Run();
        return _session.LastInsertKey();
    }

    private void Count(long seriesKey, int observations, int rows) =>
        _session.Statement("UPDATE series SET observation_count = observation_count + ?2, row_count = row_count + ?3 WHERE series_key = ?1")
            .Bind(1, seriesKey)
            .Bind(2, observations)
            .Bind(3, rows)
            .Run();

    /// <summary>The hot path. What is null in nearly every row is bound again only when it changes.</summary>
    private sealed class RowWriter(SqliteStatement statement)
    {
        private bool _textsAreNull;

        public void Begin(long seriesKey, long batchKey) => statement.Bind(1, seriesKey).Bind(9, batchKey);

        public void Write(in Observation observation, long timestamp)
        {
            statement.Bind(2, timestamp).Bind(3, Epoch.Days(observation.AsOf)).Bind(4, observation.Value);
            var allNull = observation is { ValueRaw: null, Status: null, QualityFlag: null, Metadata: null };
            if (!allNull || !_textsAreNull)
            {
                statement.Bind(5, observation.ValueRaw)
                    .Bind(6, observation.Status)
                    .Bind(7, observation.QualityFlag)
                    .Bind(8, MetadataJson.Write(observation.Metadata));
                _textsAreNull = allNull;
            }

            statement.Run();
        }
    }
}
