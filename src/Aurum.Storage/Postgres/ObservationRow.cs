using Aurum.Domain;
using Npgsql;

namespace Aurum.Storage.Postgres;

/// <summary>Makes observations of the rows of <see cref="ObservationSelect"/>. Neighbours share most of their texts, which are then allocated once.</summary>
internal sealed class ObservationRow(string provider)
{
    private SeriesId? _series;
    private SeriesAttributes _attributes = new(null, null, null, null);
    private string _runId = "";
    private string _eventId = "";

    public StoredObservation Read(NpgsqlDataReader row)
    {
        var code = row.GetString(0);
        if (_series?.Code != code)
        {
            _series = new SeriesId(provider, code);
        }

        var observation = new Observation(
            PostgresTime.ToTimestamp(row.GetFieldValue<long>(1)),
            PostgresTime.ToDay(row.GetFieldValue<int>(2)),
            row.IsDBNull(3) ? null : row.GetDouble(3),
            row.TextOrNull(4),
            row.TextOrNull(5),
            row.TextOrNull(6),
            MetadataJson.Read(row.TextOrNull(7)));
        var attributes = new SeriesAttributes(row.TextOrNull(8), row.TextOrNull(9), row.TextOrNull(10), row.TextOrNull(11));
        _attributes = attributes == _attributes ? _attributes : attributes;
        var ingestedAt = row.InstantAt(12);
        _runId = Same(_runId, row.GetString(13));
        _eventId = Same(_eventId, row.GetString(14));
        return new StoredObservation(_series, observation, _attributes, ingestedAt, _runId, _eventId);
    }

    private static string Same(string before, string text) => before == text ? before : text;
}
