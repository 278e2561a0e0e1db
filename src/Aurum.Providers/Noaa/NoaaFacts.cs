using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>What one discovery question is about.</summary>
internal enum NoaaSubject
{
    /// <summary>The stations of an area that have a data type, or any.</summary>
    Stations,

    /// <summary>The data types of a station, or of many together.</summary>
    DataTypes,
}

/// <summary>
/// What the answers to a discovery said so far. One text for each page: <c>stations TMAX 1001 2345 gAE= USW00094728/18690101/20261120,…</c> or
/// <c>types GHCND:USW00094728 0 45 TMAX,TMIN,…</c>: about whom, the next page's first row (0 when there is none), rows in all, and the
/// rows. Stations known from earlier answers are bits of a Base64 text, in the order in which they became known.
/// </summary>
internal sealed class NoaaFacts
{
    /// <summary>Stands for every data type, or for the area as a whole.</summary>
    public const string Any = "*";

    private const string StationsWord = "stations", TypesWord = "types", DayForm = "yyyyMMdd";

    private readonly List<string> _stations = [];
    private readonly Dictionary<string, NoaaSpan> _spans = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _stationsOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<string>> _typesOf = new(StringComparer.Ordinal);
    private readonly Dictionary<(NoaaSubject, string), (long Next, long Count)> _answered = [];

    public NoaaFacts(IEnumerable<string> texts)
    {
        foreach (var parts in texts.Select(text => text.Split(' ')))
        {
            var about = (parts[0] == StationsWord ? NoaaSubject.Stations : NoaaSubject.DataTypes, parts[1]);
            _answered[about] = (long.Parse(parts[2], CultureInfo.InvariantCulture), long.Parse(parts[3], CultureInfo.InvariantCulture));
            if (about.Item1 == NoaaSubject.Stations)
            {
                LearnStations(SetOf(_stationsOf, parts[1]), parts[4], parts[5]);
            }
            else
            {
                SetOf(_typesOf, parts[1]).UnionWith(Items(parts[4]));
            }
        }
    }

    /// <summary>In the order in which they became known, with their namespace.</summary>
    public IReadOnlyList<string> Stations => _stations;

    public NoaaSpan SpanOf(string station) => _spans[station];

    /// <summary>The first row that is still to be asked for; null when all are there.</summary>
    public long? NextRow(NoaaSubject subject, string about) =>
        _answered.TryGetValue((subject, about), out var answer) ? (answer.Next == 0 ? null : answer.Next) : 1;

    public long CountOf(NoaaSubject subject, string about) => _answered.TryGetValue((subject, about), out var answer) ? answer.Count : 0;

    public IReadOnlySet<string> StationsWith(string dataType) => _stationsOf.GetValueOrDefault(dataType) ?? [];

    public IReadOnlySet<string> TypesOf(string about) => _typesOf.GetValueOrDefault(about) ?? [];

    public bool Has(string station, string dataType) => StationsWith(dataType).Contains(station) || TypesOf(station).Contains(dataType);

    /// <param name="known">The stations known when the question was asked.</param>
    public static string OfStations(string about, NoaaEnvelope page, IReadOnlyList<string> known, IReadOnlyList<(string Id, NoaaSpan Span)> found)
    {
        var numbers = known.Select((id, index) => (id, index)).ToDictionary(pair => pair.id, pair => pair.index, StringComparer.Ordinal);
        var bits = new byte[(known.Count + 7) / 8];
        var fresh = new List<string>();
        foreach (var (id, span) in found)
        {
            if (numbers.TryGetValue(id, out var number))
            {
                bits[number / 8] |= (byte)(1 << (number % 8));
            }
            else
            {
                fresh.Add(string.Create(CultureInfo.InvariantCulture, $"{Short(id)}/{Day(span.First)}/{Day(span.Last)}"));
            }
        }

        return Text(StationsWord, about, page, $"{Convert.ToBase64String(bits)} {string.Join(',', fresh)}");
    }

    public static string OfTypes(string about, NoaaEnvelope page, IEnumerable<string> dataTypes) => Text(TypesWord, about, page, string.Join(',', dataTypes));

    private static string Text(string word, string about, NoaaEnvelope page, string rows) =>
        string.Create(CultureInfo.InvariantCulture, $"{word} {about} {page.Next ?? 0} {page.Count ?? page.Rows.Count} {rows}");

    private void LearnStations(HashSet<string> ofType, string bits, string fresh)
    {
        var known = Convert.FromBase64String(bits);
        ofType.UnionWith(_stations.Where((_, index) => index / 8 < known.Length && (known[index / 8] & (1 << (index % 8))) != 0));
        foreach (var parts in Items(fresh).Select(item => item.Split('/')))
        {
            var station = NoaaDataset.WithNamespace(parts[0]);
            ofType.Add(station);
            if (_spans.TryAdd(station, new NoaaSpan(ReadDay(parts[1]), ReadDay(parts[2]))))
            {
                _stations.Add(station);
            }
        }
    }

    private static HashSet<string> SetOf(Dictionary<string, HashSet<string>> sets, string about)
    {
        if (!sets.TryGetValue(about, out var set))
        {
            sets[about] = set = new HashSet<string>(StringComparer.Ordinal);
        }

        return set;
    }

    private static string[] Items(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);

    private static string Short(string station) => station.StartsWith("GHCND:", StringComparison.Ordinal) ? station["GHCND:".Length..] : station;

    private static string Day(DateOnly? day) => day?.ToString(DayForm, CultureInfo.InvariantCulture) ?? "";

    private static DateOnly? ReadDay(string text) => text.Length == 0 ? null : DateOnly.ParseExact(text, DayForm, CultureInfo.InvariantCulture);
}
