using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Aurum.Actors.Collection;
using Aurum.Domain;
using static Aurum.Actors.Collection.SeriesControlProtocol;

namespace Aurum.Actors.Gate;

/// <content>What operators say about single series: who is paused is known here, the rest at the series' collector.</content>
public sealed partial class ProviderSupervisorActor
{
    private void Control(ISeriesCommand command)
    {
        if (_runtime is null)
        {
            Answer(SeriesOutcome.UnknownProvider, $"{_provider} is not configured here");
            return;
        }

        // A series that is configured no more can still be resumed: else it would be paused when it comes back.
        var series = Find(command.Code);
        if (series is null && !(command is ResumeSeries && _state.PausedSeries?.ContainsKey(command.Code) == true))
        {
            Answer(SeriesOutcome.UnknownSeries, $"{_provider} has no configured series \"{command.Code}\"{Similar(command.Code)}");
            return;
        }

        switch (command)
        {
            case GetSeries:
                _collectors.Forward(new DescribeSeries(series!, _state.PausedSeries?.GetValueOrDefault(command.Code)));
                break;
            case ResetSeries reset:
                _collectors.Forward(new MoveCheckpoint(series!, reset.To, reset.DryRun, new OperatorAct(_time.GetUtcNow(), reset.By, reset.Reason)));
                break;
            case PauseSeries pause:
                PauseOrResume(pause.Code, pauses: true, new OperatorAct(_time.GetUtcNow(), pause.By, pause.Reason));
                break;
            case ResumeSeries resume:
                PauseOrResume(resume.Code, pauses: false, new OperatorAct(_time.GetUtcNow(), resume.By, resume.Reason));
                break;
        }

        void Answer(SeriesOutcome outcome, string detail) => Sender.Tell(new SeriesControlled(_provider, command.Code, outcome, detail));
    }

    private void PauseOrResume(string code, bool pauses, OperatorAct act)
    {
        var paused = _state.PausedSeries?.GetValueOrDefault(code);
        if (pauses == paused is not null)
        {
            Sender.Tell(new SeriesControlled(_provider, code, SeriesOutcome.Unchanged, paused is null ? $"{code} is not paused" : $"{code} was paused {paused}"));
            return;
        }

        var asker = Sender;
        Persist<IWireMessage>(pauses ? new ProviderSupervisorEvents.SeriesPaused(code, act) : new ProviderSupervisorEvents.SeriesResumed(code, act), @event =>
        {
            _state = _state.Apply(@event);
            SnapshotNowAndThen();
            _log.Info("{Provider} {Series} is {State} {Act}", _provider, code, pauses ? "paused" : "resumed", act);
            if (pauses)
            {
                _run?.LeaveOut(new SeriesId(_provider, code));
            }

            asker.Tell(new SeriesControlled(_provider, code, SeriesOutcome.Done));
        });
    }

    private void TellPausedSeries() =>
        Sender.Tell(new PausedSeries(_provider, _state.PausedSeries ?? ImmutableSortedDictionary<string, OperatorAct>.Empty));

    private bool IsPaused(SeriesDefinition series) => _state.PausedSeries?.ContainsKey(series.Id.Code) == true;

    /// <summary>Of what is configured, and of discovered datasets what was last listed.</summary>
    private SeriesDefinition? Find(string code) => Configured().FirstOrDefault(series => series.Id.Code == code);

    private IEnumerable<SeriesDefinition> Configured() => _runtime!.Settings.Datasets
        .SelectMany(dataset => _runtime.Provider.Expand(dataset, _state.DatasetFacts.GetValueOrDefault(dataset.Key)?.Answers ?? []) ?? []);

    /// <summary>Who misspelt a code is helped by those that look like it.</summary>
    private string Similar(string code)
    {
        string[] similar =
        [
            .. Configured().Select(series => series.Id.Code)
                .Where(known => known.Contains(code, StringComparison.OrdinalIgnoreCase) || code.Contains(known, StringComparison.OrdinalIgnoreCase))
                .Distinct()
                .Take(5),
        ];
        return similar.Length == 0 ? "" : $"; is it {string.Join(", ", similar)}?";
    }
}
