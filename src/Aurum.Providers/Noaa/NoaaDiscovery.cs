using System.Globalization;
using Aurum.Domain;

namespace Aurum.Providers.Noaa;

/// <summary>
/// Finds the stations of an area and the data types of a station, in the fewest calls that tell which pairs have data: a listing of
/// stations for each type, or a listing of types for each station.
/// </summary>
internal static class NoaaDiscovery
{
    /// <summary>Stations that one question for their types names; their parameters have some 2,800 characters.</summary>
    private const int StationsAtOnce = 100;

    /// <summary>Null while something is left to ask.</summary>
    public static IReadOnlyList<SeriesDefinition>? Series(NoaaDataset dataset, NoaaFacts facts)
    {
        if (Next(dataset, facts) is not null)
        {
            return null;
        }

        var types = dataset.DataTypes ?? [.. facts.Stations.Concat(dataset.Stations ?? []).SelectMany(facts.TypesOf).Concat(UnionOf(dataset, facts)).Distinct().Order(StringComparer.Ordinal)];
        return
        [
            .. from station in dataset.Stations ?? facts.Stations
               let span = dataset.Stations is null ? facts.SpanOf(station) : (NoaaSpan?)null
               where !(span?.Last < dataset.Start && !NoaaCodes.IsNormals(dataset.DatasetId))
               from dataType in types
               where facts.Has(station, dataType)
               select dataset.Series(station, dataType, span),
        ];
    }

    /// <summary>Null when all is known.</summary>
    public static NoaaFactsFetch? Next(NoaaDataset dataset, NoaaFacts facts) =>
        Questions(dataset, facts).Select(question => Ask(dataset, facts, question)).FirstOrDefault(fetch => fetch is not null);

    private readonly record struct Question(NoaaSubject Subject, string About, string Filter);

    private static IEnumerable<Question> Questions(NoaaDataset dataset, NoaaFacts facts) =>
        dataset.Stations is { } named ? named.Select(TypesOf)
        : dataset.DataTypes is { } types ? types.Select(type => StationsWith(dataset, type))
        : QuestionsForAll(dataset, facts);

    /// <summary>Later questions depend on the answers to earlier ones: only as many are right as are answered, and one more.</summary>
    private static IEnumerable<Question> QuestionsForAll(NoaaDataset dataset, NoaaFacts facts)
    {
        yield return new Question(NoaaSubject.Stations, NoaaFacts.Any, dataset.Area!);
        var listed = facts.StationsWith(NoaaFacts.Any).Order(StringComparer.Ordinal).ToList();
        var unions = Unions(dataset, listed).ToList();
        if (listed.Count > unions.Count + 1)
        {
            foreach (var union in unions)
            {
                yield return union;
            }

            var types = UnionOf(dataset, facts).Order(StringComparer.Ordinal).ToList();
            var pages = 1 + ((facts.CountOf(NoaaSubject.Stations, NoaaFacts.Any) - 1) / NoaaProvider.PageLength);
            if (types.Count * pages < listed.Count)
            {
                foreach (var type in types)
                {
                    yield return StationsWith(dataset, type);
                }

                yield break;
            }
        }

        foreach (var station in listed)
        {
            yield return TypesOf(station);
        }
    }

    /// <summary>Which types the stations have at all: a location is asked as a whole, a box, which data types cannot be asked by, by its stations.</summary>
    private static IEnumerable<Question> Unions(NoaaDataset dataset, IReadOnlyList<string> stations) =>
        dataset.Area!.StartsWith("locationid=", StringComparison.Ordinal)
            ? [new Question(NoaaSubject.DataTypes, NoaaFacts.Any, dataset.Area)]
            : stations.Chunk(StationsAtOnce).Select((chunk, index) => new Question(
                NoaaSubject.DataTypes,
                string.Create(CultureInfo.InvariantCulture, $"{NoaaFacts.Any}{index}"),
                string.Join('&', chunk.Select(station => $"stationid={station}"))));

    private static IEnumerable<string> UnionOf(NoaaDataset dataset, NoaaFacts facts) =>
        dataset.Area is null ? [] : Unions(dataset, [.. facts.StationsWith(NoaaFacts.Any)]).SelectMany(union => facts.TypesOf(union.About)).Distinct();

    private static Question TypesOf(string station) => new(NoaaSubject.DataTypes, station, $"stationid={station}");

    private static Question StationsWith(NoaaDataset dataset, string type) => new(NoaaSubject.Stations, type, $"{dataset.Area}&datatypeid={type}");

    private static NoaaFactsFetch? Ask(NoaaDataset dataset, NoaaFacts facts, Question question)
    {
        if (facts.NextRow(question.Subject, question.About) is not { } row)
        {
            return null;
        }

        var since = dataset.Start is { } start && !NoaaCodes.IsNormals(dataset.DatasetId)
            ? string.Create(CultureInfo.InvariantCulture, $"&startdate={start:yyyy-MM-dd}")
            : "";
        var collection = question.Subject == NoaaSubject.Stations ? "stations" : "datatypes";
        return new NoaaFactsFetch(
            $"{collection} of {dataset.DatasetId} {(question.About.StartsWith(NoaaFacts.Any, StringComparison.Ordinal) ? dataset.Area : question.About)}",
            $"{collection}?datasetid={dataset.DatasetId}&{question.Filter}{since}",
            question.Subject,
            question.About,
            facts.Stations,
            dataset.MinCoverage,
            row);
    }
}
