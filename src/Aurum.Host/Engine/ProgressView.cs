using System.Globalization;
using Spectre.Console;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Host.Engine;

/// <summary>Shows a collection while it happens: a live table on a terminal, plain lines elsewhere.</summary>
internal abstract class ProgressView
{
    public static ProgressView Create(NodeLog log, TimeProvider time) => Console.IsOutputRedirected ? new PlainLines(time) : new LiveTable(log);

    /// <summary>Runs the work; it calls its argument with the newest state of each provider, as often as it likes.</summary>
    public abstract Task<T> ShowAsync<T>(Func<Action<IReadOnlyList<ProviderProgress>>, Task<T>> work);

    public static string Describe(ProviderProgress progress)
    {
        var state = progress.WaitingFor is { } waitingFor
            ? string.Create(CultureInfo.InvariantCulture, $"{progress.State}, waiting for {waitingFor}{(progress.WaitingUntil is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}")
            : progress.State;
        return progress.Breaker == "closed" ? state : $"{state}, breaker {progress.Breaker}";
    }

    protected static string Observations(ProviderProgress progress) =>
        string.Create(CultureInfo.InvariantCulture, $"{progress.Inserted:N0}{(progress.Revised > 0 ? $" +{progress.Revised:N0} revised" : "")}");

    protected static string Permits(ProviderProgress progress) => progress.PermitsAvailable is null ? "-" : progress.DailyQuota is { } quota
        ? string.Create(CultureInfo.InvariantCulture, $"{quota - progress.PermitsSpent:N0} of {quota:N0} today")
        : "no quota";

    protected static string Timestamp(DateTime? timestamp) => timestamp switch
    {
        null => "-",
        { TimeOfDay.Ticks: 0 } day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        { } hour => hour.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
    };

    private sealed class PlainLines(TimeProvider time) : ProgressView
    {
        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

        private readonly Dictionary<string, (string Line, string State, long At)> _shown = [];

        public override Task<T> ShowAsync<T>(Func<Action<IReadOnlyList<ProviderProgress>>, Task<T>> work) => work(Show);

        /// <summary>A provider gets a line when it would say something new: at once for a new state, else every few seconds.</summary>
        private void Show(IReadOnlyList<ProviderProgress> providers)
        {
            foreach (var progress in providers)
            {
                var line = $"{progress.Provider,-10} series {progress.SeriesDone}/{progress.SeriesTotal}, observations {Observations(progress)}, last {Last(progress)}, requests {progress.Requests}, permits {Permits(progress)}, failed {progress.Failures.Count}, {Describe(progress)}";
                var state = Describe(progress);
                var (shown, shownState, at) = _shown.GetValueOrDefault(progress.Provider);
                if (shown is null || shownState != state || (shown != line && time.GetElapsedTime(at) >= Pause))
                {
                    _shown[progress.Provider] = (line, state, time.GetTimestamp());
                    Console.Out.WriteLine(line);
                }
            }
        }

        private static string Last(ProviderProgress progress) =>
            progress.LastSeries is null ? "-" : $"{progress.LastSeries} {Timestamp(progress.LastTimestamp)}";
    }

    private sealed class LiveTable(NodeLog log) : ProgressView
    {
        private const int WidthOfAll = 140;

        public override Task<T> ShowAsync<T>(Func<Action<IReadOnlyList<ProviderProgress>>, Task<T>> work) =>
            AnsiConsole.Live(Render([])).AutoClear(false).StartAsync(live => work(providers =>
            {
                live.UpdateTarget(Render(providers));
                live.Refresh();
            }));

        private Rows Render(IReadOnlyList<ProviderProgress> providers)
        {
            var table = AnsiConsole.Profile.Width >= WidthOfAll ? Wide(providers) : Narrow(providers);
            return new Rows([table, .. log.Recent.Select(line => new Markup($"[yellow]{Markup.Escape(line)}[/]"))]);
        }

        private static Table Wide(IReadOnlyList<ProviderProgress> providers)
        {
            var table = WithColumns(TableBorder.Rounded, "provider", "series", "observations", "last series", "last timestamp", "requests", "permits left", "failed", "state");
            foreach (var progress in providers)
            {
                table.AddRow(
                    Text(progress.Provider),
                    Text($"{progress.SeriesDone}/{progress.SeriesTotal}"),
                    Text(Observations(progress)),
                    Text(progress.LastSeries ?? "-"),
                    Text(Timestamp(progress.LastTimestamp)),
                    Text(progress.Requests.ToString("N0", CultureInfo.InvariantCulture)),
                    Text(Permits(progress)),
                    new Markup(progress.Failures.Count > 0 ? $"[red]{progress.Failures.Count}[/]" : "0"),
                    Text(Describe(progress)));
            }

            return table;
        }

        /// <summary>What matters most, in the eighty columns of a small terminal.</summary>
        private static Table Narrow(IReadOnlyList<ProviderProgress> providers)
        {
            var table = WithColumns(TableBorder.None, "provider", "series", "observations", "last", "requests", "permits left", "state");
            foreach (var progress in providers)
            {
                table.AddRow(
                    Text(progress.Provider),
                    Text($"{progress.SeriesDone}/{progress.SeriesTotal}"),
                    Text(progress.Inserted.ToString("N0", CultureInfo.InvariantCulture)),
                    Text(Timestamp(progress.LastTimestamp)),
                    Text(progress.Requests.ToString("N0", CultureInfo.InvariantCulture)),
                    Text(progress.DailyQuota is { } quota ? (quota - progress.PermitsSpent).ToString("N0", CultureInfo.InvariantCulture) : "-"),
                    new Markup(Markup.Escape(Describe(progress)) + (progress.Failures.Count > 0 ? $", [red]{progress.Failures.Count} failed[/]" : "")));
            }

            return table;
        }

        private static Table WithColumns(TableBorder border, params string[] names)
        {
            var table = new Table().Border(border);
            foreach (var name in names)
            {
                table.AddColumn(new TableColumn(name) { Alignment = name is "observations" or "requests" or "failed" ? Justify.Right : Justify.Left });
            }

            return table;
        }

        private static Text Text(string text) => new(text);
    }
}
