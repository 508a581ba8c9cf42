// Loads a compose file as Docker Compose does (references, conditions, profiles, interpolation) and prints the
// project it means as JSON. Exit code 1 and one line on stderr when Compose would refuse it.
//
//	go run . docker-compose.yml [profile …]
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(arguments []string) error {
	if len(arguments) == 0 {
		return fmt.Errorf("usage: check COMPOSE_FILE [PROFILE …]")
	}
	options, err := cli.NewProjectOptions(
		arguments[:1], cli.WithOsEnv, cli.WithProfiles(arguments[1:]), cli.WithConsistency(true),
	)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	text, err := project.MarshalJSON()
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}
