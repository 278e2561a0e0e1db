using System.CommandLine;
using System.Globalization;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum ratelimits</c>: what each provider allows, what is left of it, and how operators change that.</summary>
internal static class RateLimitsCommand
{
    private const string Path = "/v1/admin/external/ratelimits";

    private static readonly Column<RateLimitItem>[] Columns =
    [
        new("provider", (row, cell) => cell.Text(row.Provider)),
        new("rps", (row, cell) => cell.Number(row.RequestsPerSecond), RightAligned: true),
        new("burst", (row, cell) => cell.Number(row.Burst), RightAligned: true),
        new("quota", (row, cell) => cell.Number(row.DailyQuota), RightAligned: true),
        new("spent", (row, cell) => cell.Integer(row.PermitsSpent), RightAligned: true),
        new("left", (row, cell) => cell.Number(row.PermitsLeft), RightAligned: true),
        new("renewed_at", (row, cell) => cell.Timestamp(row.QuotaRenewedAt?.UtcDateTime)),
        new("hold_until", (row, cell) => cell.Timestamp(row.HoldUntil?.UtcDateTime)),
        new("in_line", (row, cell) => cell.Number(InLine(row)), RightAligned: true),
        new("remark", (row, cell) => cell.Text(Remark(row))),
    ];

    public static Command Create(Surroundings surroundings) => new("ratelimits", "What each provider allows, and what is left of it")
    {
        Show(surroundings),
        Set(surroundings),
        Reset(surroundings),
        Hold(surroundings),
        Release(surroundings),
    };

    private static Command Show(Surroundings surroundings) => new Command("show", "Rate, burst and quota of each provider, and what is left of its day")
        .Asks(
            surroundings,
            async call => call.Output.Table(await call.Node.GetAsync(Path, call.Stop), Columns, Counts),
            async call => call.Output.Table(await call.ProvidersAsync((status, now) => RateLimitItem.OfStored(status, now, call.Why)), Columns, Counts));

    private static Command Set(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        var rate = Arguments.Positive("--rps", "N", "Requests a second");
        var burst = Arguments.Whole("--burst", "N", "Requests that may be sent at once after a pause", least: 1);
        var quota = Arguments.Whole("--daily-quota", "N", "Requests a day, of the provider's own");
        var command = new Command("set", "Other limits than the configured ones, from the next request on; what is not named stays") { provider, rate, burst, quota };
        command.Validators.Add(result =>
        {
            if (result.GetResult(rate) is null && result.GetResult(burst) is null && result.GetResult(quota) is null)
            {
                result.AddError("nothing is to be set; expected some of --rps, --burst and --daily-quota");
            }
        });
        return command.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(provider);
            var (rps, most, day) = (call.Parsed.GetValue(rate), call.Parsed.GetValue(burst), call.Parsed.GetValue(quota));
            string[] set =
            [
                .. rps is null ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{rps} requests a second") },
                .. most is null ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"a burst of {most}") },
                .. day is null ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{day} requests a day") },
            ];
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/ratelimits/{name}"), new SetLimitsRequest(rps, most, day, call.Reason), $"{name}: {string.Join(", ", set)} from now on");
        });
    }

    private static Command Reset(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        return new Command("reset", "Go back to the configured limits") { provider }.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(provider);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/ratelimits/{name}/reset"), new ChangeRequest(call.Reason), $"{name}: the limits are those of the configuration");
        });
    }

    private static Command Hold(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        var time = Arguments.Duration("--for", "How long: 30s, 10m, 2h or a plain number of seconds, at most 7 days");
        time.Required = true;
        return new Command("hold", "Send no request for a while; what was to be asked waits") { provider, time }.Changes(surroundings, call =>
        {
            var (name, wait) = (call.Parsed.GetValue(provider), call.Parsed.GetValue(time)!.Value);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/ratelimits/{name}/hold"), new HoldRequest(wait.TotalSeconds, call.Reason), $"{name}: no request for {wait:c}");
        });
    }

    private static Command Release(Surroundings surroundings)
    {
        var provider = Arguments.Provider();
        return new Command("release", "End an operator's hold; one that the provider asked for goes on") { provider }.Changes(surroundings, call =>
        {
            var name = call.Parsed.GetValue(provider);
            return call.ChangeAsync(NodePath.Of($"/v1/admin/external/ratelimits/{name}/release"), new ChangeRequest(call.Reason), $"{name}: the hold is over");
        });
    }

    private static string Counts(IReadOnlyList<RateLimitItem> items) =>
        $"{NodeOutput.Count(items.Count, "provider")}, {items.Count(item => item.HoldUntil is not null)} held, {items.Count(item => item.PausedBy is not null)} paused, {items.Count(item => item.ChangedBy is not null)} set by hand";

    private static int? InLine(RateLimitItem row) => row.Waiting is { } waiting ? waiting.Incremental + waiting.Catalog + waiting.Backfill : null;

    private static string? Remark(RateLimitItem row)
    {
        string[] remarks =
        [
            .. row.Remark is null ? [] : new[] { $"as last stored: {row.Remark}" },
            .. row.ChangedBy is null ? [] : new[] { $"set {row.ChangedBy}" },
            .. row.HeldBy is null ? [] : new[] { $"held {row.HeldBy}" },
            .. row.PausedBy is null ? [] : new[] { $"paused {row.PausedBy}" },
        ];
        return remarks.Length == 0 ? null : string.Join("; ", remarks);
    }
}
