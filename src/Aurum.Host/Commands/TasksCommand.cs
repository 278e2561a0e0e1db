using System.CommandLine;
using Aurum.Actors.Pipelines;
using Aurum.Api.Routes;
using Aurum.Host.Operating;
using Aurum.Providers;

namespace Aurum.Host.Commands;

/// <summary><c>aurum tasks test</c>: one provider's part of a pipeline, now, and what comes of it.</summary>
internal static class TasksCommand
{
    public static Command Create(Surroundings surroundings) => new("tasks", "One provider's part of a pipeline") { Test(surroundings) };

    private static Command Test(Surroundings surroundings)
    {
        var pipeline = new Argument<string>("NAME") { Description = string.Join(", ", PipelineNames.All) };
        var task = new Argument<string>("TASK") { Description = "Such as collect_fred, sync_fred or backfill_fred" };
        var day = new Argument<string?>("DATE") { Description = "Of a backfill, the day that is collected; the others collect what is new, whatever the day", Arity = ArgumentArity.ZeroOrOne };
        return new Command("test", "Run it now and show how it goes until it ends") { pipeline, task, day }.Changes(surroundings, call =>
        {
            var (name, wanted, text) = (call.Parsed.GetValue(pipeline)!, call.Parsed.GetValue(task)!, call.Parsed.GetValue(day));
            if (!PipelineNames.All.Contains(name))
            {
                throw new CommandException(ExitCodes.BadRequest, $"there is no pipeline \"{name}\"; expected one of {string.Join(", ", PipelineNames.All)}");
            }

            string[] known = [.. surroundings.Providers.Select(provider => PipelineNames.TaskOf(name, provider.Descriptor.Name))];
            if (Array.IndexOf(known, wanted) is not (>= 0 and var index))
            {
                throw new CommandException(ExitCodes.BadRequest, $"{name} has no task \"{wanted}\"; expected one of {string.Join(", ", known)}");
            }

            var date = DateOf(text);
            var what = new RunConfiguration([new WantedProvider(surroundings.Providers[index].Descriptor.Name)], Reason: call.Reason);
            if (name == PipelineNames.Backfill)
            {
                var first = date ?? throw new CommandException(ExitCodes.BadRequest, "DATE: is missing; expected the day that is to be collected, as YYYY-MM-DD");
                what = what with { From = Text(first), To = Text(first.AddDays(1)) };
            }

            return PipelinesCommand.StartAsync(surroundings, call, name, what, follow: true);
        });
    }

    private static DateOnly? DateOf(string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var day) ? day
        : throw new CommandException(ExitCodes.BadRequest, $"DATE: \"{text}\" cannot be used; expected a date as YYYY-MM-DD");

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
