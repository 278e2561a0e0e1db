using Aurum.DevServices.Kafka;

return args switch
{
    ["kafka", .. var options] => await KafkaCommand.RunAsync(options),
    _ => await UsageAsync(),
};

static async Task<int> UsageAsync()
{
    await Console.Error.WriteLineAsync("usage: dotnet Aurum.DevServices.dll " + KafkaCommand.Usage);
    return 2;
}
