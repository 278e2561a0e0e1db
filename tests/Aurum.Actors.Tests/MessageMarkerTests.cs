using System.Reflection;
using Akka.Actor;

namespace Aurum.Actors.Tests;

public sealed class MessageMarkerTests
{
    private static readonly Type[] All = [.. typeof(IWireMessage).Assembly.GetTypes().Where(type => !type.Name.Contains('<', StringComparison.Ordinal))];

    [Fact]
    public void Every_message_crosses_nodes_or_stays_local_and_says_which()
    {
        var messages = All.Where(IsMessage).ToArray();
        var parts = messages.SelectMany(PartsOf).ToHashSet();
        Assert.True(messages.Length > 30);
        Assert.All(messages.Where(type => !parts.Contains(type)), type => Assert.True(
            type.IsAssignableTo(typeof(IWireMessage)) ^ type.IsAssignableTo(typeof(ILocalMessage)),
            $"{type.FullName} is neither an IWireMessage nor an ILocalMessage, or is both"));
    }

    [Fact]
    public void What_an_actor_says_to_itself_stays_local() =>
        Assert.All(
            All.Where(type => type.IsNestedPrivate && type.DeclaringType!.IsAssignableTo(typeof(ActorBase)) && type.GetField("Instance", BindingFlags.Public | BindingFlags.Static) is not null),
            type => Assert.True(type.IsAssignableTo(typeof(ILocalMessage)), type.FullName));

    [Fact]
    public void Events_are_wire_messages() =>
        Assert.All(
            All.Where(type => type.DeclaringType?.Name.EndsWith("Events", StringComparison.Ordinal) == true),
            type => Assert.True(type.IsAssignableTo(typeof(IWireMessage)), type.FullName));

    /// <summary>The records of protocols and events, and the public ones of actors.</summary>
    private static bool IsMessage(Type type) =>
        IsRecord(type)
        && ((type.IsNestedPublic && (type.DeclaringType!.Name.EndsWith("Protocol", StringComparison.Ordinal)
                || type.DeclaringType.Name.EndsWith("Events", StringComparison.Ordinal)
                || type.DeclaringType.IsAssignableTo(typeof(ActorBase))))
            || (!type.IsNested && (type.Name.StartsWith("Collection", StringComparison.Ordinal) || type.Name.StartsWith("Collect", StringComparison.Ordinal))));

    private static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;

    private static IEnumerable<Type> PartsOf(Type message) => message.GetConstructors()
        .SelectMany(constructor => constructor.GetParameters())
        .SelectMany(parameter => parameter.ParameterType.GenericTypeArguments.Append(parameter.ParameterType));
}
