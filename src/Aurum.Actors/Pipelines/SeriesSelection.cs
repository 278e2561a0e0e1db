using Aurum.Actors.Collection;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Actors.Pipelines;

/// <summary>What somebody may name at a provider: its datasets, by their keys, and their series, by their codes.</summary>
public sealed class SeriesSelection
{
    private const int MostListed = 20;

    private readonly string _provider;
    private readonly List<SeriesDefinition> _series = [];
    private readonly List<string> _unlisted = [];

    public SeriesSelection(IProvider provider, ProviderSettings settings, EarlierCollections known)
    {
        _provider = settings.Name;
        foreach (var dataset in settings.Datasets)
        {
            if (provider.Expand(dataset, []) is { } named)
            {
                _series.AddRange(named);
            }
            else if (provider.Expand(dataset, known.AnswersOf(settings.Name, dataset.Key)) is { } listed)
            {
                _series.AddRange(listed);
            }
            else
            {
                _unlisted.Add(dataset.Key);
            }
        }
    }

    /// <summary>Datasets whose series nobody knows before the provider was asked.</summary>
    public IReadOnlyList<string> Unlisted => _unlisted;

    /// <summary>The first of these names that is none; null when all are known.</summary>
    public string? ProblemOf(IReadOnlyList<string>? only)
    {
        if (only?.FirstOrDefault(name => !_unlisted.Contains(name) && !_series.Any(series => IsNamed(series, name))) is not { } stranger)
        {
            return null;
        }

        string[] all = [.. _series.Select(series => series.Id.Code).Distinct().Order(StringComparer.Ordinal)];
        return $"{_provider} has no series or dataset \"{stranger}\"; expected some of {string.Join(", ", all.Take(MostListed))}{(all.Length > MostListed ? $" and {all.Length - MostListed} more" : "")}";
    }

    public IReadOnlyList<SeriesDefinition> Series(IReadOnlyList<string>? only) =>
        [.. _series.Where(series => only is null || only.Any(name => IsNamed(series, name))).DistinctBy(series => series.Id)];

    private static bool IsNamed(SeriesDefinition series, string name) => series.Id.Code == name || series.DatasetKey == name;
}
