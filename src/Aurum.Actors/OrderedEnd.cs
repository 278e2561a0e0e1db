using Akka;
using Akka.Actor;

namespace Aurum.Actors;

/// <summary>What actors still do when their node ends.</summary>
internal static class OrderedEnd
{
    /// <summary>
    /// Asks an actor to finish in a phase of the end, beside everything else that happens in it. One that does not answer in time is ended all
    /// the same: what was acknowledged is safe.
    /// </summary>
    public static void AskToFinish<TAnswer>(this ActorSystem system, string phase, IActorRef actor, object question, TimeSpan patience) =>
        CoordinatedShutdown.Get(system).AddTask(phase, $"{actor.Path.Name} finishes", async () =>
        {
            await actor.Ask<TAnswer>(question, patience).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
            return Done.Instance;
        });
}
