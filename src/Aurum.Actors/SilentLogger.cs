using Akka.Event;

namespace Aurum.Actors;

/// <summary>
/// Stands where Akka would print to standard output while no other logger runs: before the first and after the last. Standard
/// output belongs to what the user asked for.
/// </summary>
public sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
