using Akka.Actor;
using Aurum.Actors.Gate;
using Aurum.Domain;
using static Aurum.Actors.Gate.ProviderSupervisorProtocol;

namespace Aurum.Host.Engine;

/// <summary>
/// Follows one provider's run from outside. A supervisor that restarts forgets its run: it is then told again, since what was
/// stored is known and nothing is fetched twice for it. A run that somebody waits for does not wait for its journal for ever.
/// </summary>
internal sealed class RunFollower(CollectionNode node, StartRun start, TimeProvider time)
{
    /// <summary>A database that restarts is away for less; a disk that is full stays so.</summary>
    private static readonly TimeSpan LongestWithoutJournal = TimeSpan.FromSeconds(20);

    private const int MostStarts = 5;
    private const int MostSilences = 12;

    private int _starts;
    private int _silences;
    private bool _accepted;
    private long? _withoutJournalSince;

    public ProviderProgress Progress { get; private set; } = Nothing(start, RunStates.Idle, []);

    public bool Ended { get; private set; }

    public async Task LookAsync()
    {
        if (Ended)
        {
            return;
        }

        try
        {
            if (!_accepted)
            {
                await BeginAsync();
            }

            if (_accepted)
            {
                await GlanceAsync();
            }

            _silences = 0;
        }
        catch (AskTimeoutException)
        {
            if (++_silences >= MostSilences)
            {
                GiveUp("its supervisor does not answer; the log says why");
            }
        }
    }

    private async Task BeginAsync()
    {
        if (++_starts > MostStarts)
        {
            GiveUp("its supervisor restarted again and again; the log says why");
            return;
        }

        switch (await node.StartRunAsync(start))
        {
            case RunAccepted:
                _accepted = true;
                break;
            case RunRejected rejected:
                GiveUp(rejected.Reason);
                break;
        }
    }

    private async Task GlanceAsync()
    {
        var progress = await node.ProgressAsync(start.Provider);
        if (progress.RunId != start.RunId)
        {
            _accepted = false;
            return;
        }

        var gotOn = progress.Requests != Progress.Requests;
        Progress = progress;
        Ended = progress.State is RunStates.Done or RunStates.Stopped;
        _withoutJournalSince = gotOn ? null : _withoutJournalSince ?? (progress.WaitingFor == WaitReasons.Journal ? time.GetTimestamp() : null);
        if (_withoutJournalSince is { } since && time.GetElapsedTime(since) > LongestWithoutJournal)
        {
            GiveUp("the journal takes nothing; the log says why");
        }
    }

    private void GiveUp(string reason)
    {
        Ended = true;
        Progress = Nothing(start, "failed", [.. Progress.Failures, new SeriesFailure("(all series)", FailureKind.Transient, reason)]);
    }

    private static ProviderProgress Nothing(StartRun start, string state, IReadOnlyList<SeriesFailure> failures) =>
        new(start.Provider, start.RunId, state, 0, 0, 0, 0, null, null, 0, null, 0, null, null, null, "closed", null, failures);
}
