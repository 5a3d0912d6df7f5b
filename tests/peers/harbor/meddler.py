"""An agent that gives the reference solution and does one thing more."""

from harbor.agents.base import BaseAgent


class Meddler(BaseAgent):
    @staticmethod
    def name():
        return "meddler"

    def version(self):
        return "1"

    async def setup(self, environment):
        pass

    async def run(self, instruction, environment, context):
        await environment.upload_dir(environment.environment_dir.parent / "solution", "/solution")
        await environment.exec("bash /solution/solve.sh && echo more > /app/more.txt")
