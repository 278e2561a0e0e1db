using System.CommandLine;
using System.Globalization;
using Aurum.Api.Routes;
using Aurum.Host.Configuration;
using Aurum.Host.Operating;
using Aurum.Host.Output;

namespace Aurum.Host.Commands;

/// <summary><c>aurum dlq</c>: the dead letters, records that were set aside since they cannot be stored.</summary>
internal static class DlqCommand
{
    private const int UsualLetters = 100;

    private static readonly Column<DeadLetterItem>[] Columns =
    [
        new("id", (row, cell) => cell.Text(row.Id)),
        new("at", (row, cell) => cell.Timestamp(row.At.UtcDateTime)),
        new("series", (row, cell) => cell.Text(row.Provider is null ? null : $"{row.Provider}/{row.SeriesId}")),
        new("stage", (row, cell) => cell.Text(row.Stage)),
        new("kind", (row, cell) => cell.Text(row.Kind)),
        new("reason", (row, cell) => cell.Text(row.Closed is null ? row.Reason : $"{row.Closed}; {row.Reason}")),
    ];

    public static Command Create(Surroundings surroundings) => new("dlq", "Dead letters: records that were set aside since they cannot be stored")
    {
        List(surroundings),
        Show(surroundings),
        Change(surroundings, "replay", "Publish the record again as it was, to its topic: after a repair that lets it pass"),
        Change(surroundings, "drop", "Note that nothing more is to be done about it; its row stays"),
    };

    private static Command List(Surroundings surroundings)
    {
        var all = Arguments.Flag("--all", "Also those that were dropped or replayed");
        var limit = Arguments.Whole("--limit", "N", "The newest so many (default: 100)", least: 1);
        return new Command("list", "The newest dead letters, newest first") { all, limit }.Asks(
            surroundings,
            async call =>
            {
                var path = NodePath.With("/v1/admin/external/dlq", ("all", call.Parsed.GetValue(all) ? "true" : null));
                call.Output.Table(await call.Node.ListAsync(path, call.Stop, call.Parsed.GetValue(limit) ?? UsualLetters), Columns, Counts);
            },
            call =>
            {
                // The letters of a database's nodes lie in Kafka; only files are known to have none.
                if (RoadConfiguration.ReadDatabase(surroundings.Environment) is not null)
                {
                    throw new CommandException(ExitCodes.OutsideSystemMissing, $"no node runs that could read the dead letters; {Variables.ApiAddress} says where one is");
                }

                call.Output.Table(call.Answer(new DeadLetterList([], null, DeadLetterList.None)), Columns, Counts);
                return Task.CompletedTask;
            });
    }

    private static string Counts(IReadOnlyList<DeadLetterItem> items) => $"{NodeOutput.Count(items.Count, "dead letter")}, {items.Count(item => item.Replayable)} can be replayed";

    private static Command Show(Surroundings surroundings)
    {
        var id = Id();
        return new Command("show", "One, with what could be decoded of it; --json has its bytes") { id }.Asks(surroundings, async call =>
        {
            var answer = await call.Node.GetAsync(NodePath.Of($"/v1/admin/external/dlq/{call.Parsed.GetValue(id)}"), call.Stop);
            call.Output.Lines(answer, () => Lines(answer.Read<DeadLetterDetail>()));
        });
    }

    private static IEnumerable<string> Lines(DeadLetterDetail detail)
    {
        if (detail.Letter is not { } letter)
        {
            return [];
        }

        (string Name, string? Value)[] lines =
        [
            ("id", letter.Id),
            ("set aside", letter.At.UtcDateTime.ToString(Formats.Timestamp, CultureInfo.InvariantCulture)),
            ("series", letter.Provider is null ? null : $"{letter.Provider}/{letter.SeriesId}"),
            ("step", letter.Stage is null ? null : $"{letter.Stage}, {letter.Kind}"),
            ("reason", letter.Reason),
            ("record", detail.Record),
            ("bytes", detail.ValueBytes?.ToString(CultureInfo.InvariantCulture)),
            ("replay", letter.Replayable ? "can be replayed" : "its bytes are not at hand any more"),
            ("closed", letter.Closed),
        ];
        return lines.Where(line => line.Value is not null).Select(line => $"{line.Name,-11}{line.Value}");
    }

    private static Command Change(Surroundings surroundings, string verb, string description)
    {
        var id = Id();
        return new Command(verb, description) { id }.Changes(
            surroundings, call => call.ChangeAsync(NodePath.Of($"/v1/admin/external/dlq/{call.Parsed.GetValue(id)}/{verb}"), new ChangeRequest(call.Reason), done: null));
    }

    private static Argument<string> Id() => new("ID") { Description = "TOPIC:PARTITION:OFFSET of the record, as dlq list has it" };
}
