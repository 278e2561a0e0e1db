using System.CommandLine;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum ratelimits</c>: what each provider allows, what is left of it, and how operators change that.</summary>
internal static class RateLimitsCommand
{
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
    ];

    public static Command Create(Surroundings surroundings) => new("ratelimits", "What each provider allows, and what is left of it")
    {
        Show(surroundings),
    };

    private static Command Show(Surroundings surroundings) => new Command("show", "Rate, burst and quota of each provider, and what is left of its day")
        .Asks(surroundings, async call => call.Output.Table(
            await call.Node.GetAsync("/v1/admin/external/ratelimits", call.Stop), Columns, items => NodeOutput.Count(items.Count, "provider")));
}
