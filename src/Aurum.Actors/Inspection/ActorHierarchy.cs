using Akka.Actor;

namespace Aurum.Actors.Inspection;

/// <summary>Actors and their children, as they are at this moment. It looks at cells and sends nothing, so that a busy actor is seen too.</summary>
/// <param name="Total">Actors that are shown.</param>
/// <param name="IsCut">True when there were more than are shown at once.</param>
public sealed record ActorHierarchy(ActorPicture Root, int Total, bool IsCut)
{
    public const int DefaultDepth = 4;
    public const int MostDepth = 20;

    /// <summary>A node with ten thousand collectors would else fill screens, and memory.</summary>
    public const int MostActors = 2_000;

    internal static ActorHierarchy? Of(ExtendedActorSystem system, string? from, int depth)
    {
        var names = (from ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        IActorRef start = names.Length == 0 ? system.Provider.RootGuardian : system.Provider.RootGuardian.GetChild(names);
        if (start.IsNobody() || start is not ActorRefWithCell)
        {
            return null;
        }

        var walk = new Walk();
        return new ActorHierarchy(walk.Of(start, depth), walk.Seen, walk.IsCut);
    }

    private sealed class Walk
    {
        public int Seen { get; private set; }

        public bool IsCut { get; private set; }

        public ActorPicture Of(IActorRef actor, int depth)
        {
            Seen++;
            if (actor is not ActorRefWithCell { Underlying: var cell })
            {
                return new ActorPicture(NameOf(actor), null, 0, 0, []);
            }

            var children = cell.ChildrenContainer.Children;
            var shown = new List<ActorPicture>();
            if (depth > 0)
            {
                foreach (var child in children.OrderBy(child => child.Path.Name, StringComparer.Ordinal))
                {
                    if (Seen >= MostActors)
                    {
                        IsCut = true;
                        break;
                    }

                    shown.Add(Of(child, depth - 1));
                }
            }

            return new ActorPicture(NameOf(actor), cell.Props.Type.Name, cell.NumberOfMessages, children.Count, shown);
        }

        private static string NameOf(IActorRef actor) => actor.Path.Name.Length == 0 ? "/" : actor.Path.Name;
    }
}

/// <param name="Type">Of its class; null where it has none that one could see.</param>
/// <param name="Waiting">Messages in its mailbox.</param>
/// <param name="ChildCount">All it has, shown or not.</param>
public sealed record ActorPicture(string Name, string? Type, int Waiting, int ChildCount, IReadOnlyList<ActorPicture> Children);
