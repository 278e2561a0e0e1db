using Aurum.Host.Commands;
using Aurum.Host.Configuration;

namespace Aurum.Host.Operating;

/// <summary>There is no node where one was looked for.</summary>
internal sealed class NodeAwayException(NodeAddress address, string why) : CommandException(
    ExitCodes.OutsideSystemMissing,
    $"no node answers at {address}: {why}; aurum run --loop starts one, and {Variables.ApiAddress} says where one is");

/// <summary>The node answered, and its answer is no good one.</summary>
/// <param name="code">One of <see cref="Api.ProblemCodes"/>, where the node gave one.</param>
internal sealed class NodeRefusedException(int exitCode, string? code, string message) : CommandException(exitCode, message)
{
    public string? Code => code;
}
