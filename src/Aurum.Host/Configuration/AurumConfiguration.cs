using System.Text.Json;
using Aurum.Domain;
using Aurum.Providers;
using Aurum.Providers.Settings;

namespace Aurum.Host.Configuration;

/// <summary>What is in force: files and environment, bound and checked. Beyond it nobody reads either.</summary>
/// <param name="Warnings">Providers of the default list that are left out, and why.</param>
public sealed record AurumConfiguration(IReadOnlyList<ConfiguredProvider> Providers, string DataDirectory, IReadOnlyList<string> Warnings)
{
    /// <summary>For a node that collects from nobody.</summary>
    public static AurumConfiguration OfNoProvider(string dataDirectory) => new([], dataDirectory, []);

    /// <summary>Loads what is wanted, or tells everything that is wrong with it.</summary>
    /// <param name="directory">Holds <c>providers/NAME.json</c>; resolved against the current directory.</param>
    /// <param name="named">Providers asked for by name; null for all that have a file.</param>
    /// <param name="known">The provider catalog.</param>
    /// <param name="needsKeys">False for who calls no provider: then a missing key is no problem.</param>
    /// <exception cref="ConfigurationException">It cannot be used.</exception>
    public static AurumConfiguration Load(
        string directory,
        IReadOnlyList<string>? named,
        string dataDirectory,
        IReadOnlyList<IProvider> known,
        IReadOnlyDictionary<string, string> environment,
        string? currentDirectory = null,
        bool needsKeys = true)
    {
        var loading = new Loading(directory, currentDirectory ?? Directory.GetCurrentDirectory(), known, environment, needsKeys);
        var providers = loading.Load(named);
        return loading.Problems.Count == 0
            ? new AurumConfiguration(providers, dataDirectory, loading.Warnings)
            : throw new ConfigurationException(loading.Problems);
    }

    private sealed class Loading(string directory, string currentDirectory, IReadOnlyList<IProvider> known, IReadOnlyDictionary<string, string> environment, bool needsKeys)
    {
        public List<string> Problems { get; } = [];

        public List<string> Warnings { get; } = [];

        private string Folder => Path.Combine(directory, "providers");

        private string KnownNames => string.Join(", ", known.Select(provider => provider.Descriptor.Name).Order(StringComparer.Ordinal));

        public IReadOnlyList<ConfiguredProvider> Load(IReadOnlyList<string>? named)
        {
            var wanted = Wanted(named);
            if (!Directory.Exists(OnDisk(Folder)))
            {
                Problems.Add($"{Folder}: is no directory; expected one with a file NAME.json for each provider (--config DIR names another than {directory})");
                return [];
            }

            FindStrangers();
            var providers = new List<ConfiguredProvider>();
            foreach (var provider in wanted)
            {
                if (Load(provider, byName: named is not null) is { } configured)
                {
                    providers.Add(configured);
                }
            }

            if (providers.Count == 0 && Problems.Count == 0)
            {
                Problems.Add(Warnings.Count == 0
                    ? $"{Folder}: holds no provider's file; expected at least one of {string.Join(", ", known.Select(provider => $"{provider.Descriptor.Name}.json"))}"
                    : $"no provider is left to collect from: {string.Join("; ", Warnings)}");
            }

            return [.. providers.Select(provider => WithTwins(provider, providers))];
        }

        /// <summary>What a backup's codes stand for there.</summary>
        private ConfiguredProvider WithTwins(ConfiguredProvider configured, List<ConfiguredProvider> all)
        {
            if (configured.Settings.Backup is not { } backup)
            {
                return configured;
            }

            var file = Path.Combine(Folder, $"{configured.Settings.Name}.json");
            if (known.FirstOrDefault(provider => provider.Descriptor.Name == backup.Provider) is not { } other)
            {
                Problems.Add($"{file}: $.backup.provider: is \"{backup.Provider}\"; expected one of {KnownNames}");
                return configured;
            }

            var twins = new Dictionary<string, SeriesDefinition>(StringComparer.Ordinal);
            foreach (var (code, twinCode) in backup.Twins)
            {
                if (SeriesOf(other, twinCode) is { } twin)
                {
                    twins[code] = twin;
                }
                else
                {
                    Problems.Add($"{file}: $.backup.series.{code}: is \"{twinCode}\"; expected the code of a series of {backup.Provider}");
                }
            }

            // Without its own settings and key the other provider cannot be asked.
            return all.Exists(provider => provider.Settings.Name == backup.Provider) ? configured with { Twins = twins } : configured;
        }

        private static SeriesDefinition? SeriesOf(IProvider provider, string code)
        {
            var problems = new List<string>();
            return provider.DatasetOf(code) is { } entry
                && provider.ReadDataset(new SettingsNode(JsonSerializer.SerializeToElement(entry), "$", problems)) is { } dataset
                && problems.Count == 0
                && provider.Expand(dataset, []) is [var series]
                    ? series
                    : null;
        }

        private List<IProvider> Wanted(IReadOnlyList<string>? named)
        {
            if (named is null)
            {
                return [.. known];
            }

            var wanted = new List<IProvider>();
            foreach (var name in named.Distinct(StringComparer.Ordinal))
            {
                if (known.FirstOrDefault(provider => provider.Descriptor.Name == name) is { } provider)
                {
                    wanted.Add(provider);
                }
                else
                {
                    Problems.Add($"--providers: there is no provider \"{name}\"; expected some of {KnownNames}");
                }
            }

            return wanted;
        }

        private void FindStrangers()
        {
            var names = known.Select(provider => $"{provider.Descriptor.Name}.json").ToHashSet(StringComparer.Ordinal);
            foreach (var file in Directory.EnumerateFiles(OnDisk(Folder), "*.json").Select(Path.GetFileName).Order(StringComparer.Ordinal))
            {
                if (!names.Contains(file!))
                {
                    Problems.Add($"{Path.Combine(Folder, file!)}: is named for no provider; expected {string.Join(", ", names.Order(StringComparer.Ordinal))}");
                }
            }
        }

        private ConfiguredProvider? Load(IProvider provider, bool byName)
        {
            var file = Path.Combine(Folder, $"{provider.Descriptor.Name}.json");
            if (!File.Exists(OnDisk(file)))
            {
                if (byName)
                {
                    Problems.Add($"{file}: is missing; expected the configuration of {provider.Descriptor.Name}, which --providers asks for");
                }

                return null;
            }

            var problemsBefore = Problems.Count;
            var root = ProviderFile.Read(file, OnDisk(file), Problems);
            var settings = root is null ? null : ProviderSettingsReader.Read(provider, root.Value, file, CronCheck.Check, Problems);
            var address = Address(provider.Descriptor);
            var (key, isMissing) = Key(provider.Descriptor, byName);
            return settings is null || isMissing || Problems.Count > problemsBefore
                ? null
                : new ConfiguredProvider(provider, settings, new ProviderAccess(address, key));
        }

        /// <summary>A refused value is never shown: people paste addresses together with keys.</summary>
        private Uri Address(ProviderDescriptor descriptor)
        {
            if (environment.Read(descriptor.AddressVariable) is not { } text)
            {
                return descriptor.DefaultAddress;
            }

            if (Uri.TryCreate(text, UriKind.Absolute, out var address)
                && address.Scheme is "http" or "https"
                && address is { UserInfo: "", Query: "", Fragment: "" })
            {
                return address;
            }

            Problems.Add($"{descriptor.AddressVariable}: is no base address; expected an absolute http or https address without user, query or fragment, such as {descriptor.DefaultAddress}");
            return descriptor.DefaultAddress;
        }

        private (string? Key, bool IsMissing) Key(ProviderDescriptor descriptor, bool byName)
        {
            if (descriptor.KeyVariable is not { } variable)
            {
                return (null, false);
            }

            if (environment.Read(variable) is not { } key)
            {
                if (!needsKeys)
                {
                    return (null, false);
                }

                if (byName)
                {
                    Problems.Add($"{variable}: is not set; expected the API key of {descriptor.Title}, which --providers {descriptor.Name} asks for");
                }
                else
                {
                    Warnings.Add($"{descriptor.Name} is skipped: {variable} is not set");
                }

                return (null, true);
            }

            if (key.Any(character => character is <= ' ' or > '~'))
            {
                Problems.Add($"{variable}: holds a blank, a control character or a letter outside of ASCII; expected the key as {descriptor.Title} gave it");
            }

            return (key, false);
        }

        private string OnDisk(string path) => Path.GetFullPath(path, currentDirectory);
    }
}

/// <summary>A provider that is ready to be collected from.</summary>
/// <param name="Twins">The series of its backup, by the codes of those that they can serve; null without a backup.</param>
public sealed record ConfiguredProvider(IProvider Provider, ProviderSettings Settings, ProviderAccess Access, IReadOnlyDictionary<string, SeriesDefinition>? Twins = null);
